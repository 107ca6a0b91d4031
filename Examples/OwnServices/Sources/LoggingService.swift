// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore

/// Prints what another service is asked to read, and passes everything on.
struct LoggingService<Base: BlobService>: WrappingBlobService {
    let base: Base

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        let body = try await base.read(digest, in: range)
        print("asked for \("\(digest)".prefix(8)):", body.map { "\($0.size) bytes" } ?? "absent")
        return body
    }
}
