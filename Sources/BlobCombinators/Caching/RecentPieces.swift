// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore

/// The pieces of a blob that have come last, so that readers that keep pace find them in memory.
struct RecentPieces: Sendable {
    private var pieces = CircularBuffer<(offset: UInt64, bytes: ByteBuffer)>()
    private var byteCount = 0

    /// Adds a piece, and drops the oldest ones beyond a limit in bytes.
    mutating func append(_ bytes: ByteBuffer, at offset: UInt64, limit: Int) {
        pieces.append((offset, bytes))
        byteCount += bytes.readableBytes
        while byteCount > limit, let oldest = pieces.popFirst() {
            byteCount -= oldest.bytes.readableBytes
        }
    }

    /// The bytes from a position on, up to the end of a piece.
    func bytes(from position: UInt64, upTo end: UInt64) -> ByteBuffer? {
        for piece in pieces.reversed() where piece.offset <= position {
            if let part = piece.bytes.part(position..<end, at: piece.offset) { return part }
        }
        return nil
    }

    /// Drops the pieces that a range touches.
    mutating func remove(touching range: Range<UInt64>) {
        pieces.removeAll { piece in
            let isTouched = range.overlaps(
                piece.offset..<piece.offset + UInt64(piece.bytes.readableBytes)
            )
            if isTouched { byteCount -= piece.bytes.readableBytes }
            return isTouched
        }
    }
}
