// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import NIOCore

extension VerifyingBlobService {
    /// How many bytes a buffer has at least of what is kept to be checked as a whole.
    private static var spooledPieceSize: Int { 64 << 10 }

    /// Reads a whole blob and releases a part of it if it has the digest.
    func spool(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let body = try await base.read(digest) else { return nil }
        guard body.size <= spoolLimit else {
            throw BlobError(
                .refused,
                "\(digest) from \(source): has \(body.size) bytes and comes without hashes; at most"
                    + " \(spoolLimit) are kept to be checked as a whole"
            )
        }
        var hasher = BLAKE3Hasher()
        var pieces: [ByteBuffer] = []
        for try await piece in body {
            hasher.update(piece.readableBytesSpan)
            guard hasher.byteCount <= body.size else {
                throw corrupt(digest, "sends more than the \(body.size) bytes that it says")
            }
            // Each buffer takes some memory beside its bytes, so there must not be one for each byte.
            if let last = pieces.indices.last, pieces[last].readableBytes < Self.spooledPieceSize {
                pieces[last].writeImmutableBuffer(piece)
            } else {
                pieces.append(piece)
            }
        }
        guard hasher.byteCount == body.size else {
            throw corrupt(digest, "ends at byte \(hasher.byteCount) of \(body.size)")
        }
        let found = hasher.finalize()
        guard found == digest else {
            throw corrupt(digest, "sends a blob with the digest \(found)")
        }
        let wanted = try range.resolved(against: body.size)
        return BlobBody(size: body.size, pieces: pieces.parts(wanted))
    }
}
