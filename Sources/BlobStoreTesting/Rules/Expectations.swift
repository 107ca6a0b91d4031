// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

extension BlobService {
    /// Writes a blob in one piece, and expects its digest.
    @discardableResult
    func put(_ blob: TestBlob) async throws -> BLAKE3Digest {
        let digest = try await put(blob.content)
        #expect(digest == blob.digest)
        return digest
    }

    /// Reads a range, or returns `nil` if the blob is absent.
    func bytes(of digest: BLAKE3Digest, in range: ByteRange = .all) async throws -> ByteBuffer? {
        try await read(digest, in: range)?.collect(upTo: 1 << 30)
    }
}

/// Expects a `BlobError` of a kind.
func expectError(
    _ code: BlobError.Code,
    _ what: String,
    from body: () async throws -> Void,
    at location: SourceLocation = #_sourceLocation
) async {
    do {
        try await body()
        Issue.record("\(what): no error", sourceLocation: location)
    } catch let error as BlobError {
        #expect(error.code == code, "\(what): \(error)", sourceLocation: location)
    } catch {
        Issue.record("\(what): \(error)", sourceLocation: location)
    }
}
