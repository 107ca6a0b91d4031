// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Chunking
import NIOCore

/// Cuts a part of a blob that arrives in order into what is kept as chunks: at the divisions of its
/// layout, and by content where there is none or a chunk is large.
struct PieceCutter: Sendable {
    private static let largestPieceSize = 1 << 20

    private let layout: ChunkLayout
    private var assembler: ChunkAssembler?
    /// Where the next byte belongs.
    private(set) var position: UInt64
    /// Where what has not been returned begins.
    private var start: UInt64
    private let end: UInt64
    private var pending = ByteBuffer()

    init(_ layout: ChunkLayout, _ range: Range<UInt64>) {
        self.layout = layout
        (position, start, end) = (range.lowerBound, range.lowerBound, range.upperBound)
    }

    /// Returns the pieces that are complete with these bytes, each with its place.
    mutating func append(_ bytes: ByteBuffer) -> [(ByteBuffer, UInt64)] {
        var bytes = bytes
        var pieces: [(ByteBuffer, UInt64)] = []
        while bytes.readableBytes > 0, position < end {
            let chunk = layout.chunks.isEmpty ? start..<end : layout.piece(at: position)
            let division = min(chunk.upperBound, end)
            let length = Int(min(UInt64(bytes.readableBytes), division - position))
            guard let part = bytes.readSlice(length: length) else { break }
            position += UInt64(length)
            if layout.chunks.isEmpty || chunk.count > Self.largestPieceSize {
                var assembler = assembler ?? ChunkAssembler(.standard)
                for piece in assembler.append(part) { pieces.append(take(piece)) }
                if position == division, assembler.rest.readableBytes > 0 {
                    pieces.append(take(assembler.rest))
                    self.assembler = nil
                } else {
                    self.assembler = assembler
                }
            } else {
                pending.join(part)
                if position == division {
                    pieces.append(take(pending))
                    pending = ByteBuffer()
                }
            }
        }
        return pieces
    }

    private mutating func take(_ piece: ByteBuffer) -> (ByteBuffer, UInt64) {
        defer { start += UInt64(piece.readableBytes) }
        return (piece, start)
    }
}
