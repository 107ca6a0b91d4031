// SPDX-License-Identifier: Apache-2.0

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers again for the same seed.
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A number of bytes up to `limit` at which a chunk or a larger power of two ends, or close to it.
    mutating func edgeLength(upTo limit: Int) -> Int {
        let unit = 1024 << Int.random(in: 0...6, using: &self)
        let edge = unit * Int.random(in: 0...limit / unit, using: &self)
        return min(limit, max(0, edge + Int.random(in: -2...2, using: &self)))
    }

    /// A set of chunks of an input that has `chunkCount`: ranges in order, with gaps between them.
    ///
    /// It may be empty or all, begin or go on behind the end, and end at `UInt64.max`, which means
    /// that it is open. Many ranges begin or end with a group of 2^`groupLog` chunks.
    mutating func chunkRanges(chunkCount: Int, groupLog: Int) -> [Range<UInt64>] {
        var edges: Set<UInt64> = []
        for _ in 0..<Int.random(in: 0...6, using: &self) {
            edges.insert(edge(chunkCount: chunkCount, groupLog: groupLog))
        }
        var rest = edges.sorted()[...]
        var ranges: [Range<UInt64>] = []
        while let start = rest.popFirst() {
            ranges.append(start..<(rest.popFirst() ?? .max))
        }
        return ranges
    }

    private mutating func edge(chunkCount: Int, groupLog: Int) -> UInt64 {
        let edge = UInt64.random(in: 0...UInt64(chunkCount) + 3, using: &self)
        switch UInt8.random(in: 0..<16, using: &self) {
        case 0: return 0
        case 1: return UInt64(chunkCount)
        case 2: return UInt64.random(in: edge..<UInt64.max, using: &self)
        case 3...8: return (edge >> UInt64(groupLog)) << UInt64(groupLog)
        default: return edge
        }
    }
}
