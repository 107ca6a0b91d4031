// SPDX-License-Identifier: Apache-2.0

import Chunking

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

    /// Bytes of up to `values` values: the fewer, the more often inputs repeat themselves.
    mutating func bytes(_ count: Int, values: UInt8 = .max) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...values - 1, using: &self) }
    }

    /// Parameters for which a few KiB are many chunks, odd ones among them.
    mutating func parameters() throws -> ChunkingParameters {
        let minimum = Int.random(in: 64...300, using: &self)
        let average = max(256, minimum) + Int.random(in: 0...200, using: &self)
        return try ChunkingParameters(
            minimum: minimum,
            average: average,
            maximum: max(1024, average) + Int.random(in: 0...500, using: &self),
            normalization: Int.random(in: 0...3, using: &self),
            seed: Bool.random(using: &self) ? 0 : next()
        )
    }
}
