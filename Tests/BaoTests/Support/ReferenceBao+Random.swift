// SPDX-License-Identifier: Apache-2.0

import Testing

extension ReferenceBao {
    /// Calls `body` with some random inputs, each for groups of several lengths.
    static func forEachRandom(
        seed: UInt64,
        _ body: (ReferenceBao, _ groupLog: Int, Comment) throws -> Void
    ) rethrows {
        var random = RandomNumbers(seed: seed)
        for _ in 0..<20 {
            let byteCount = random.edgeLength(upTo: 70 * 1024)
            let reference = ReferenceBao(random.bytes(byteCount))
            for groupLog in [0, 1, 4] {
                let comment: Comment = "\(byteCount) bytes, groups \(groupLog), seed \(seed)"
                try body(reference, groupLog, comment)
            }
        }
    }

    /// Calls `body` with some random inputs and random sets of their chunks.
    static func forEachRandomRanges(
        seed: UInt64,
        _ body: (ReferenceBao, [Range<UInt64>], _ groupLog: Int, Comment) throws -> Void
    ) rethrows {
        var random = RandomNumbers(seed: ~seed)
        try forEachRandom(seed: seed) { reference, groupLog, comment in
            for _ in 0..<5 {
                let ranges = random.chunkRanges(
                    chunkCount: reference.chunkCount,
                    groupLog: groupLog
                )
                try body(reference, ranges, groupLog, "\(ranges), \(comment)")
            }
        }
    }
}
