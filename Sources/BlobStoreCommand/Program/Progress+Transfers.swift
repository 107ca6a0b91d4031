// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore

extension Progress {
    /// Runs `body`, and meanwhile says behind the counts from where the store fetches a blob.
    func following(
        _ store: OpenStore,
        _ digest: BLAKE3Digest,
        _ body: () async throws -> Void
    ) async throws {
        guard isShown else { return try await body() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Without events there is nothing to say.
                try? await store.watch([digest]) { event in
                    if event.direction == .fetch { self.set(remark: TransferText.remark(event)) }
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }
}
