// SPDX-License-Identifier: Apache-2.0
import Bao

/// Which chunks of a blob are known and where, none of them overlapping.
///
/// Memory: 48 bytes for each chunk.
package struct ChunkMap: Sendable {
    /// In order.
    package private(set) var chunks: [PlacedChunk] = []

    /// The bytes that have a chunk.
    package private(set) var ranges = RangeSet<UInt64>()

    package init() {}

    /// Adds a chunk, and returns whether there was room for it.
    @discardableResult
    package mutating func insert(_ placed: PlacedChunk) -> Bool {
        let range = placed.range
        if range.isEmpty || touches(range) { return false }
        chunks.insert(placed, at: firstIndex(endingBehind: range.lowerBound))
        ranges.insert(contentsOf: range)
        return true
    }

    /// Whether some bytes of a range have a chunk.
    package func touches(_ range: Range<UInt64>) -> Bool {
        let index = firstIndex(endingBehind: range.lowerBound)
        return index < chunks.count && chunks[index].offset < range.upperBound
    }

    /// The chunk that has a byte.
    package func chunk(at position: UInt64) -> PlacedChunk? {
        let index = firstIndex(endingBehind: position)
        guard index < chunks.count, chunks[index].offset <= position else { return nil }
        return chunks[index]
    }

    /// Removes the chunks that a range touches, and returns them.
    package mutating func remove(touching range: Range<UInt64>) -> [PlacedChunk] {
        let first = firstIndex(endingBehind: range.lowerBound)
        var end = first
        while end < chunks.count, chunks[end].offset < range.upperBound { end += 1 }
        let removed = Array(chunks[first..<end])
        chunks.removeSubrange(first..<end)
        for placed in removed { ranges.remove(contentsOf: placed.range) }
        return removed
    }

    /// Whether there is a chunk for each byte of a blob of this size.
    package func covers(_ size: UInt64) -> Bool {
        size == 0 || ranges.ranges.count == 1 && ranges.ranges[0] == 0..<size
    }

    private func firstIndex(endingBehind position: UInt64) -> Int {
        chunks.firstIndex(fromWhichOn: { $0.range.upperBound > position })
    }
}
