// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import BlobStoreTesting
import Logging

/// A server that has one blob and always falls silent in the middle of it.
struct StallingServer: Sendable {
    let blob: TestBlob
    /// How much of the blob comes, in bytes.
    let byteCount: Int

    /// Runs `body` with the URL of the server, and ends the server.
    func run(_ body: (_ url: String) async throws -> Void) async throws {
        let memory = MemoryBlobService()
        _ = try await memory.put(blob.content)
        let server = BlobServer(
            FaultyBlobService(memory, .stalling(after: byteCount)),
            BlobServerOptions(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let sockets = try ListeningSocket.open("127.0.0.1:0", ListeningOptions())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(sockets) }
            defer { group.cancelAll() }
            try await body(sockets[0].name)
        }
    }
}
