// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import SystemPackage

/// Where a store is: what `--store` says.
enum StoreLocation: Hashable, Sendable {
    /// A folder on this machine: `local:PATH`, or the path alone.
    case local(FilePath)

    /// The store of a server: a URL that begins with `grpc+`.
    case remote(GRPCAddress)

    /// Reads a location.
    ///
    /// What looks like a URL of an unknown kind is not taken for a path by accident.
    init(parsing text: String) throws(Failure) {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        guard scheme.endIndex < text.endIndex, text[scheme.endIndex] == ":" else {
            try self.init(path: text)
            return
        }
        if scheme.lowercased().hasPrefix("grpc+") {
            self = .remote(try Self.address(text))
            return
        }
        guard scheme == "local" else {
            throw Failure(
                .usage,
                "\(text): the kind of store '\(scheme):' is not known",
                advice: "give a folder, local:FOLDER or grpc+http://HOST:PORT"
                    + " (./\(text) if it is a name)"
            )
        }
        try self.init(path: String(text.dropFirst("local:".count)))
    }

    private static func address(_ url: String) throws(Failure) -> GRPCAddress {
        do throws(BlobError) {
            return try GRPCAddress(url: url)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    private init(path: String) throws(Failure) {
        guard !path.isEmpty else { throw Failure(.usage, "--store: names no folder") }
        self = .local(FilePath(path))
    }

    /// Whether the store is that of a server.
    var isRemote: Bool {
        switch self {
        case .local: false
        case .remote: true
        }
    }

    /// What the folder of the store is known by, if there is one.
    ///
    /// Blocks.
    var identity: FileStatus.Identity? {
        guard case .local(let folder) = self else { return nil }
        return FileStatus(folder)?.identity
    }

    /// The location that the environment gives, as it is written; `nil` if it gives none.
    static func text(in environment: [String: String]) -> String? {
        environment["BLOBSTORE_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Chooses where the store is if nothing says so.
    static func standard(in environment: [String: String]) throws(Failure) -> StoreLocation {
        // A relative path in this variable is to be ignored, says the XDG specification.
        if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
            return .local(FilePath(folder).appending("blobstore"))
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return .local(FilePath(home).appending(".local/share/blobstore"))
        }
        throw Failure(
            .usage,
            "no store: HOME is not set",
            advice: "give --store FOLDER or set BLOBSTORE_STORE"
        )
    }
}
