// SPDX-License-Identifier: Apache-2.0

/// A set of chunks of 1024 bytes, kept as ranges; the last one may be open.
///
/// Costs memory for each range, not for each chunk; the operations take time linear in the number of
/// ranges, the queries logarithmic time.
public struct ChunkRanges: Hashable, Sendable {
    /// Every chunk, whatever the size of the blob.
    public static let all = ChunkRanges(from: 0)

    /// The last chunk of any blob, which proves its size.
    public static let last = ChunkRanges(from: .max)

    /// Where membership changes, ascending.
    ///
    /// The first range begins at the first of them. If their number is odd, the last range is open.
    public private(set) var boundaries: [UInt64] = []

    /// No chunks.
    public init() {}

    /// One range of chunks, with an end.
    public init(_ chunks: Range<UInt64>) {
        if !chunks.isEmpty { boundaries = [chunks.lowerBound, chunks.upperBound] }
    }

    /// All chunks from one on.
    public init(from chunk: UInt64) {
        boundaries = [chunk]
    }

    /// The chunks that a range of bytes touches.
    public init(touchingBytes bytes: Range<UInt64>) {
        guard !bytes.isEmpty else { return }
        boundaries = [bytes.lowerBound >> 10, (bytes.upperBound - 1) >> 10 + 1]
    }

    /// The set with these changes of membership; `nil` unless they ascend strictly.
    public init?(boundaries: [UInt64]) {
        guard zip(boundaries, boundaries.dropFirst()).allSatisfy(<) else { return nil }
        self.boundaries = boundaries
    }

    /// Whether there are no chunks.
    public var isEmpty: Bool { boundaries.isEmpty }

    /// Whether a chunk is in the set.
    public func contains(_ chunk: UInt64) -> Bool {
        !changes(upTo: chunk).isMultiple(of: 2)
    }

    /// Whether all chunks of a range are in the set.
    public func isSuperset(of chunks: Range<UInt64>) -> Bool {
        if chunks.isEmpty { return true }
        let passed = changes(upTo: chunks.lowerBound)
        guard !passed.isMultiple(of: 2) else { return false }
        return passed == boundaries.count || boundaries[passed] >= chunks.upperBound
    }

    /// Whether any chunk of a range is in the set.
    public func intersects(_ chunks: Range<UInt64>) -> Bool {
        if chunks.isEmpty { return false }
        let passed = changes(upTo: chunks.lowerBound)
        if !passed.isMultiple(of: 2) { return true }
        return passed < boundaries.count && boundaries[passed] < chunks.upperBound
    }

    /// The number of boundaries that are not behind `chunk`.
    private func changes(upTo chunk: UInt64) -> Int {
        boundaries.firstIndex(fromWhichOn: { $0 > chunk })
    }

    /// The ranges of the set that lie below `chunkCount`, ascending.
    public func ranges(below chunkCount: UInt64) -> [Range<UInt64>] {
        let closed = intersection(ChunkRanges(0..<chunkCount)).boundaries
        return stride(from: 0, to: closed.count, by: 2).map { closed[$0]..<closed[$0 + 1] }
    }
}

extension ChunkRanges {
    /// The chunks that are in either set.
    public func union(_ other: ChunkRanges) -> ChunkRanges { combined(with: other) { $0 || $1 } }

    /// The chunks that are in both sets.
    public func intersection(_ other: ChunkRanges) -> ChunkRanges {
        combined(with: other) { $0 && $1 }
    }

    /// The chunks that are in this set and not in the other one.
    public func subtracting(_ other: ChunkRanges) -> ChunkRanges {
        combined(with: other) { $0 && !$1 }
    }

    /// Sweeps over both sets; `isMember` must be false for chunks that are in neither.
    private func combined(
        with other: ChunkRanges,
        _ isMember: (Bool, Bool) -> Bool
    ) -> ChunkRanges {
        var result = ChunkRanges()
        var (mine, theirs) = (boundaries[...], other.boundaries[...])
        while let chunk = [mine.first, theirs.first].compactMap(\.self).min() {
            if mine.first == chunk { mine.removeFirst() }
            if theirs.first == chunk { theirs.removeFirst() }
            let isIn = isMember(
                !(boundaries.count - mine.count).isMultiple(of: 2),
                !(other.boundaries.count - theirs.count).isMultiple(of: 2)
            )
            if isIn == result.boundaries.count.isMultiple(of: 2) { result.boundaries.append(chunk) }
        }
        return result
    }
}
