// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobComposition
import BlobGRPC
import BlobStore
import Foundation
import LocalBlobStore
import Logging
import SystemPackage

/// Says which store to use; may stand before or after the name of the command.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store: a folder, or the URL of one, such as grpc+http://HOST:PORT.",
            discussion: """
                Others: grpc+https://HOST, grpc+unix:/SOCKET, local:FOLDER, memory:, \
                cache:?near=URL&far=URL. Without it, BLOBSTORE_STORE in the environment decides, then \
                $XDG_DATA_HOME/blobstore, then ~/.local/share/blobstore.
                """,
            valueName: "store"
        ),
        completion: .directory
    )
    var store: String?

    @Option(
        name: .customLong("substituter"),
        help: ArgumentHelp(
            "The URL of a store that is asked for what is missing; may be given several times.",
            discussion: """
                What comes from it is checked, and kept in the store. Parameters: ?priority=N \
                (the lowest is asked first), &timeout=10s, &trusted=1, &name=NAME.
                """,
            valueName: "url"
        )
    )
    var substituters: [String] = []

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "A file in TOML that says which stores to use and how, in place of these options.",
            discussion: "Without any of them, BLOBSTORE_CONFIG in the environment decides first.",
            valueName: "file"
        ),
        completion: .file(extensions: ["toml"]),
        transform: PathArgument.parse
    )
    var file: FilePath?

    @Option(
        help: ArgumentHelp(
            "How many seconds a server may show no sign of life.",
            discussion: "Without it, BLOBSTORE_STALL_TIMEOUT in the environment decides, then 60.",
            valueName: "seconds"
        )
    )
    var stallTimeout: Double?

    /// How servers are used.
    var clientOptions: GRPCClientOptions {
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

    /// Which store is used.
    var choice: StoreChoice {
        get throws(Failure) {
            try StoreChoice(
                store: store,
                substituters: substituters,
                file: file,
                ProcessInfo.processInfo.environment
            )
        }
    }

    /// Which store is used, after notes about what should be written in another way.
    private func choose() async throws -> StoreChoice {
        let chosen = try await Blocking.run { try choice }
        for note in chosen.notes { Terminal.note(note) }
        return chosen
    }

    /// Runs `body` with a store that is there, and with the connections to it if it is elsewhere.
    func withStore<Value: Sendable>(
        _ body: (any BlobService) async throws -> Value
    ) async throws -> Value {
        try await withOpenStore { store, _ in try await body(store.service) }
    }

    /// Runs `body` with a store to write to; makes it if it is a folder that is missing.
    func withStore<Value: Sendable>(
        _ writing: WriteOptions,
        _ body: (any BlobService) async throws -> Value
    ) async throws -> Value {
        try await withOpenStore(writing) { store, _ in try await body(store.service) }
    }

    /// Runs `body` with a store and its location.
    ///
    /// Without anything about writing, a folder without a store is an error.
    func withOpenStore<Value: Sendable>(
        _ writing: WriteOptions? = nil,
        logger: Logger = Logger(label: "blobstore") { _ in NoteLogHandler() },
        _ body: (OpenStore, StoreLocation) async throws -> Value
    ) async throws -> Value {
        let choice = try await choose()
        return try await choice.withOpenStore(
            writing,
            client: try clientOptions,
            logger: logger
        ) { try await body($0, choice.location) }
    }

    /// Runs `body` with a store that can list its blobs: an object store, or the folder of any other.
    func withListableStore<Value: Sendable>(
        for command: CommandConfiguration,
        _ body: (any ListableBlobService) async throws -> Value
    ) async throws -> Value {
        if case .composed = try await Blocking.run({ try choice.location }) {
            let value = try await withOpenStore { store, _ -> Value? in
                guard let objects = store.objects else { return nil }
                return try await body(objects)
            }
            if let value { return value }
        }
        return try await body(try await openLocal(for: command))
    }

    /// Opens a store that is there and keeps its content in a folder of this machine.
    func openLocal(for command: CommandConfiguration) async throws -> LocalBlobService {
        try await LocalBlobService(at: try await existingFolder(for: command))
    }

    /// The folder of a store that is there; opening another one would make it.
    func existingFolder(for command: CommandConfiguration) async throws -> FilePath {
        let location = try await choose().location
        guard let folder = location.folder else {
            let name = command.commandName ?? ""
            let isServer = if case .remote = location { true } else { false }
            throw Failure(
                .usage,
                "\(location.name): '\(name)' needs the folder of the store, and"
                    + (isServer ? " this is a server" : " it has none"),
                advice: "run 'blobstore \(name) --store FOLDER'"
                    + (isServer ? " on its machine" : "")
            )
        }
        return try await StoreChoice.existing(folder)
    }
}
