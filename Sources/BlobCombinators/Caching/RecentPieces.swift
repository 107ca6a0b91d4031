// SPDX-License-Identifier: Apache-2.0
import Bao
import BlobStore
import NIOCore

/// The pieces of a blob that have come last, so that readers that keep pace find them in memory.
struct RecentPieces: Sendable {
    private struct Piece: Sendable {
        let offset: UInt64
        let bytes: ByteBuffer

        var end: UInt64 { offset + UInt64(bytes.readableBytes) }
    }

    private let memory: FetchMemory
    /// By their places in the blob; none overlaps another.
    private var pieces: [Piece] = []
    /// Where pieces begin, in the order in which they have come; some of them may have gone.
    private var arrivals = CircularBuffer<UInt64>()
    private var byteCount = 0

    init(in memory: FetchMemory) { self.memory = memory }

    /// Adds a piece, instead of those that it overlaps, and drops the oldest ones if there is too little
    /// memory.
    mutating func append(_ bytes: ByteBuffer, at offset: UInt64) {
        let piece = Piece(offset: offset, bytes: bytes)
        guard piece.end > offset else { return }
        remove(touching: offset..<piece.end)
        pieces.insert(piece, at: firstIndex(endingBehind: offset))
        arrivals.append(offset)
        count(bytes.readableBytes)
        while memory.isExceeded(byFetchWith: byteCount), let oldest = arrivals.popFirst() {
            remove(touching: oldest..<oldest + 1)
        }
    }

    /// The bytes from a position on, up to the end of a piece.
    func bytes(from position: UInt64, upTo end: UInt64) -> ByteBuffer? {
        let index = firstIndex(endingBehind: position)
        guard index < pieces.count, pieces[index].offset <= position else { return nil }
        return pieces[index].bytes.part(position..<end, at: pieces[index].offset)
    }

    /// Drops the pieces that a range touches.
    mutating func remove(touching range: Range<UInt64>) {
        let first = firstIndex(endingBehind: range.lowerBound)
        let touched = pieces[first...].prefix { $0.offset < range.upperBound }
        count(-touched.reduce(0) { $0 + $1.bytes.readableBytes })
        pieces.removeSubrange(touched.indices)
    }

    mutating func removeAll() {
        count(-byteCount)
        pieces = []
        arrivals = []
    }

    private mutating func count(_ difference: Int) {
        byteCount += difference
        memory.use(difference)
    }

    private func firstIndex(endingBehind position: UInt64) -> Int {
        pieces.firstIndex(fromWhichOn: { $0.end > position })
    }
}
