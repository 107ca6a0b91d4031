// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import ObjectBlobStore
import ObjectStorage

/// A store that is ready, and who tells what it transfers.
struct OpenStore: Sendable {
    let service: any BlobService
    /// Told of what the services of a composition fetch.
    let transfers: TransferMonitor
    /// The server, if that is all there is.
    var server: GRPCBlobService?
    /// The object store, if that is all there is.
    var objects: ObjectBlobService?
    /// All object stores that are used.
    var objectStorages: [any ObjectStorage] = []

    /// Calls `body` for each event of a blob, or of all, until the task is cancelled.
    func watch(
        _ digests: [BLAKE3Digest],
        _ body: @escaping @Sendable (TransferEvent) async throws -> Void
    ) async throws {
        if let server {
            try await server.watch(digests, body)
            return
        }
        for await event in transfers.events()
        where digests.isEmpty || event.digest.map(digests.contains) == true {
            try await body(event)
        }
    }
}
