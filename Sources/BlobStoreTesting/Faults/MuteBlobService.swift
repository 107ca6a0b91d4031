// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import BlobStore

/// A service that does not answer, until the task is cancelled.
package struct MuteBlobService: WrappingBlobService {
    package let base = MemoryBlobService()

    package init() {}

    package func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? { throw await silence() }

    package func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? { throw await silence() }

    private func silence() async -> BlobError {
        try? await Task.sleep(for: .seconds(3600))
        return BlobError.cancellation
    }
}
