// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import BlobGRPC
import BlobStore
import LocalBlobStore
import Logging
import ObjectBlobStore
import SystemPackage

extension StoreChoice {
    /// Runs `body` with the store, and with what it needs to work.
    ///
    /// Without anything about writing, a folder without a store is an error.
    func withOpenStore<Value: Sendable>(
        _ writing: WriteOptions?,
        client: GRPCClientOptions,
        logger: Logger,
        _ body: (OpenStore) async throws -> Value
    ) async throws -> Value {
        let transfers = TransferMonitor()
        switch location {
        case .local(let folder):
            let service =
                if let writing {
                    try await LocalBlobService(at: folder, options: writing.storeOptions)
                } else {
                    try await LocalBlobService(at: try await Self.existing(folder))
                }
            return try await body(OpenStore(service: service, transfers: transfers))
        case .remote(let address):
            try writing?.checkUnused(by: "\(address)")
            return try await GRPCBlobService.connected(to: address, client) { server in
                try await body(OpenStore(service: server, transfers: transfers, server: server))
            }
        case .composed(let configuration):
            var options = CompositionOptions()
            options.client = client
            options.transfers = transfers
            options.logger = logger
            options.cacheFolder = cacheFolder
            if location.folder == nil { try writing?.checkUnused(by: location.name) }
            if let writing { options.localStore = writing.storeOptions }
            do {
                return try await Composition.running(configuration, options, file: file) {
                    var store = OpenStore(service: $0.root, transfers: transfers)
                    store.objects = $0.root as? ObjectBlobService
                    store.objectStorages = $0.objectStorages
                    return try await body(store)
                }
            } catch let error as ConfigurationError {
                throw Failure(error)
            }
        }
    }

    /// Returns a folder if there is a store in it.
    static func existing(_ folder: FilePath) async throws -> FilePath {
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
