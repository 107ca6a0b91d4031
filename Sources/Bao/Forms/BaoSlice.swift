// SPDX-License-Identifier: Apache-2.0

/// A part of a blob as the original Bao selects it: by its first byte and a number of bytes.
///
/// A slice always has at least one chunk. No bytes count as one, and a start at or behind the end
/// selects the last chunk, which proves the size. A header, groups of single chunks and this choice of
/// ``chunks`` make the slices of the `bao` tool. Source: Bao specification, "Slices".
public struct BaoSlice: Hashable, Sendable {
    /// The first byte.
    public let start: UInt64
    /// The number of bytes; those behind the end of the blob are not missed.
    public let count: UInt64

    /// Selects a part.
    public init(start: UInt64, count: UInt64) {
        self.start = start
        self.count = count
    }

    /// The chunks that are sent.
    public var chunks: ChunkRanges {
        let (end, overflow) = start.addingReportingOverflow(max(count, 1))
        if overflow { return ChunkRanges(from: start >> 10) }
        return ChunkRanges(touchingBytes: start..<end)
    }

    /// The part of verified content that belongs to the slice: all but the rest of its first and last
    /// chunk.
    public func wanted(of content: Range<UInt64>) -> Range<UInt64> {
        let (end, overflow) = start.addingReportingOverflow(count)
        return (start..<(overflow ? .max : end)).clamped(to: content)
    }
}
