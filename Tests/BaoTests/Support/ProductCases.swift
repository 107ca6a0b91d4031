// SPDX-License-Identifier: Apache-2.0

import Testing

extension ReferenceBao {
    /// Lengths around those at which chunks, groups and trees change.
    static let edgeLengths: [Int] = {
        let edges = [1, 2, 3, 4, 7, 8, 15, 16, 17, 32, 48, 64].map { 1024 * $0 }
        return [0, 1, 63, 64, 65, 5000, 70_000] + edges.flatMap { [$0 - 1, $0, $0 + 1] }
    }()

    /// Calls `body` with inputs of lengths at edges and others, each with some sets of its chunks.
    static func forEachProductCase(
        seed: UInt64,
        _ body: (ReferenceBao, [Range<UInt64>], _ groupLog: Int, Comment) throws -> Void
    ) rethrows {
        var random = RandomNumbers(seed: seed)
        let lengths = edgeLengths.shuffled(using: &random).prefix(12)
        for byteCount in lengths + (0..<6).map({ _ in random.edgeLength(upTo: 70 * 1024) }) {
            let reference = ReferenceBao(random.bytes(byteCount))
            for groupLog in [0, 1, 4] {
                var sets: [[Range<UInt64>]] = [[0..<UInt64.max], [UInt64.max - 1..<UInt64.max]]
                for _ in 0..<3 {
                    let count = reference.chunkCount
                    sets.append(random.chunkRanges(chunkCount: count, groupLog: groupLog))
                }
                for ranges in sets {
                    let comment: Comment =
                        "\(ranges), \(byteCount) bytes, groups \(groupLog), seed \(seed)"
                    try body(reference, ranges, groupLog, comment)
                }
            }
        }
    }
}
