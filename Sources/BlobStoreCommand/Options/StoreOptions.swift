// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobGRPC
import BlobStore
import Foundation
import LocalBlobStore
import SystemPackage

/// Says which store to use; may stand before or after the name of the command.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store: a folder, local:FOLDER, grpc+http://HOST:PORT or grpc+unix:/SOCKET.",
            discussion: """
                Without it, BLOBSTORE_STORE in the environment decides, then \
                $XDG_DATA_HOME/blobstore, then ~/.local/share/blobstore.
                """,
            valueName: "store"
        ),
        completion: .directory
    )
    var store: String?

    @Option(
        help: ArgumentHelp(
            "How many seconds a server may show no sign of life.",
            discussion: "Without it, BLOBSTORE_STALL_TIMEOUT in the environment decides, then 60.",
            valueName: "seconds"
        )
    )
    var stallTimeout: Double?

    /// How servers are used.
    private var clientOptions: GRPCClientOptions {
        get throws(Failure) {
            var options = GRPCClientOptions()
            let text = ProcessInfo.processInfo.environment["BLOBSTORE_STALL_TIMEOUT"] ?? ""
            guard let seconds = stallTimeout ?? (text.isEmpty ? 60 : Double(text)),
                (0.1...86_400).contains(seconds)
            else {
                throw Failure(.usage, "the stall timeout is not 0.1 to 86400 seconds")
            }
            options.stallTimeout = .seconds(seconds)
            return options
        }
    }

    /// Where the store is.
    var location: StoreLocation {
        get throws(Failure) {
            let environment = ProcessInfo.processInfo.environment
            guard let text = store ?? StoreLocation.text(in: environment) else {
                return try StoreLocation.standard(in: environment)
            }
            return try StoreLocation(parsing: text)
        }
    }

    /// Where the store is, after a note about what should be written in another way.
    private func findStore() throws(Failure) -> StoreLocation {
        let text = store ?? StoreLocation.text(in: ProcessInfo.processInfo.environment)
        for note in GRPCAddress.deprecations(in: text ?? "") { Terminal.note(note) }
        return try location
    }

    /// Runs `body` with a store that is there, and with the connections to it if it is elsewhere.
    func withStore<Value: Sendable>(
        _ body: (any BlobService) async throws -> Value
    ) async throws -> Value {
        switch try findStore() {
        case .local(let folder):
            try await body(LocalBlobService(at: try await Self.existing(folder)))
        case .remote(let address):
            try await GRPCBlobService.connected(to: address, clientOptions) { try await body($0) }
        }
    }

    /// Runs `body` with a store to write to; makes it if it is a folder that is missing.
    func withStore<Value: Sendable>(
        _ writing: WriteOptions,
        _ body: (any BlobService) async throws -> Value
    ) async throws -> Value {
        switch try findStore() {
        case .local(let folder):
            return try await body(LocalBlobService(at: folder, options: writing.storeOptions))
        case .remote(let address):
            try writing.checkUnused(by: address)
            return try await GRPCBlobService.connected(to: address, clientOptions) {
                try await body($0)
            }
        }
    }

    /// Opens a store that is there and keeps its content in a folder of this machine.
    func openLocal(for command: CommandConfiguration) async throws -> LocalBlobService {
        try await LocalBlobService(at: try await existingFolder(for: command))
    }

    /// The folder of a store that is there; opening another one would make it.
    func existingFolder(for command: CommandConfiguration) async throws -> FilePath {
        switch try findStore() {
        case .local(let folder):
            return try await Self.existing(folder)
        case .remote(let address):
            let name = command.commandName ?? ""
            throw Failure(
                .usage,
                "\(address): '\(name)' needs the folder of the store, and this is a server",
                advice: "run 'blobstore \(name) --store FOLDER' on its machine"
            )
        }
    }

    private static func existing(_ folder: FilePath) async throws -> FilePath {
        guard try await Blocking.run({ FileStatus.exists(folder.appending("format")) }) else {
            throw try await Blocking.run { failure(folder) }
        }
        return folder
    }

    /// Says what is wrong with a folder that has no store in it.
    private static func failure(_ folder: FilePath) -> Failure {
        if let kind = FileStatus(folder)?.kind, kind != .folder {
            return Failure(.refused, "\(folder): is a \(kind.rawValue), and no store")
        }
        return Failure(
            .unavailable,
            "\(folder): there is no store here",
            advice: "'blobstore put' makes one, --store names another"
        )
    }
}
