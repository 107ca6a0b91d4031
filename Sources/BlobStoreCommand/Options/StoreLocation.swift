// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import BlobGRPC
import BlobStore
import SystemPackage

/// Where a store is: what `--store`, `--substituter` and `--config` say.
enum StoreLocation: Hashable, Sendable {
    /// A folder on this machine: `local:PATH`, or the path alone.
    case local(FilePath)

    /// The store of a server: a URL that begins with `grpc+`.
    case remote(GRPCAddress)

    /// Several services that work together.
    case composed(CompositionConfiguration)

    /// Reads a location.
    ///
    /// What looks like a URL of an unknown kind is not taken for a path by accident.
    init(parsing text: String) throws(Failure) {
        let configuration: CompositionConfiguration
        do throws(ConfigurationError) {
            configuration = try CompositionConfiguration(store: text)
        } catch {
            throw Failure(error)
        }
        try self.init(configuration)
    }

    /// Finds the simplest way to use the services of a configuration.
    init(_ configuration: CompositionConfiguration) throws(Failure) {
        switch configuration.services[CompositionConfiguration.rootName] {
        case .local(let local): self = .local(FilePath(local.path))
        case .grpc(let grpc): self = .remote(try Self.address(grpc.url))
        default: self = .composed(configuration)
        }
    }

    private static func address(_ url: String) throws(Failure) -> GRPCAddress {
        do throws(BlobError) {
            return try GRPCAddress(url: url)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// Whether content has to come from elsewhere, so that a read of many parts would only wait longer.
    var isRemote: Bool {
        switch self {
        case .local: false
        case .remote, .composed: true
        }
    }

    /// Whether several services work together.
    var isComposed: Bool {
        if case .composed = self { true } else { false }
    }

    /// The folder of the store on this machine, if there is one.
    var folder: FilePath? {
        switch self {
        case .local(let folder):
            return folder
        case .remote:
            return nil
        case .composed(let configuration):
            return configuration.localFolder.map { FilePath($0) }
        }
    }

    /// What the folder of the store is known by, if there is one.
    ///
    /// Blocks.
    var identity: FileStatus.Identity? { folder.flatMap { FileStatus($0)?.identity } }

    /// What errors call the store.
    var name: String {
        switch self {
        case .local(let folder): "\(folder)"
        case .remote(let address): "\(address)"
        case .composed: "the store"
        }
    }

    /// The store that is used if nothing says which.
    static func standard(in environment: [String: String]) throws(Failure) -> String {
        // A relative path in this variable is to be ignored, says the XDG specification.
        if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
            return "\(FilePath(folder).appending("blobstore"))"
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return "\(FilePath(home).appending(".local/share/blobstore"))"
        }
        throw Failure(
            .usage,
            "no store: HOME is not set",
            advice: "give --store FOLDER or set BLOBSTORE_STORE"
        )
    }
}

extension Failure {
    /// Says what is wrong with a configuration.
    init(_ error: ConfigurationError) {
        var bare = error
        bare.advice = nil
        self.init(.usage, bare.description, advice: error.advice)
    }
}
