// SPDX-License-Identifier: Apache-2.0
import Bao
import BlobStore

/// Where the chunks of a blob begin and end, as a far service names them, or else places to divide it
/// at.
struct ChunkLayout: Sendable {
    /// Without a list of chunks a blob is divided at multiples of this.
    private static let standardByteCount: UInt64 = 256 << 10

    let size: UInt64
    let chunks: [ChunkReference]
    /// Where each chunk begins.
    private let offsets: [UInt64]

    /// Takes a list whose sizes add up, or an empty one.
    init(size: UInt64, chunks: [ChunkReference]) {
        self.size = size
        self.chunks = chunks
        var end: UInt64 = 0
        offsets = chunks.map { chunk in
            defer { end += chunk.size }
            return end
        }
    }

    /// The index of the chunk that has a byte.
    func index(at position: UInt64) -> Int {
        offsets.firstIndex(fromWhichOn: { $0 > position }) - 1
    }

    /// The chunk with an index, in its place.
    func chunk(_ index: Int) -> PlacedChunk { PlacedChunk(chunks[index], at: offsets[index]) }

    /// The chunks that a range touches.
    func chunks(touching range: Range<UInt64>) -> [PlacedChunk] {
        guard !chunks.isEmpty, !range.isEmpty else { return [] }
        return (index(at: range.lowerBound)...index(at: range.upperBound - 1)).map(chunk)
    }

    /// The part of the blob between two divisions that has a byte.
    func piece(at position: UInt64) -> Range<UInt64> {
        if !chunks.isEmpty { return chunk(index(at: position)).range }
        let start = position / Self.standardByteCount * Self.standardByteCount
        let (end, overflow) = start.addingReportingOverflow(Self.standardByteCount)
        return start..<(overflow ? size : min(end, size))
    }

    /// A range that is extended to the next divisions.
    func roundedOut(_ range: Range<UInt64>) -> Range<UInt64> {
        if range.isEmpty { return range }
        return piece(at: range.lowerBound).lowerBound..<piece(at: range.upperBound - 1).upperBound
    }
}
