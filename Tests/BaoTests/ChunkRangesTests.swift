// SPDX-License-Identifier: Apache-2.0

import Bao
import Testing

@Suite("Sets of chunks")
struct ChunkRangesTests {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let limit: UInt64 = 40

    @Test func `follow a model of single chunks`() {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<300 {
            let (first, second) = (random.chunkRanges(), random.chunkRanges())
            let (one, two) = (Self.model(first), Self.model(second))
            let comment: Comment = "\(first) and \(second), seed \(Self.seed)"
            #expect(Self.model(first.union(second)) == one.union(two), comment)
            #expect(Self.model(first.intersection(second)) == one.intersection(two), comment)
            #expect(Self.model(first.subtracting(second)) == one.subtracting(two), comment)
            #expect(first.union(second) == second.union(first), comment)
            #expect(first.subtracting(first).isEmpty, comment)
            #expect(first.isEmpty == one.isEmpty, comment)
            let ranges = first.ranges(below: Self.limit)
            #expect(Set(ranges.joined()) == one.filter { $0 < Self.limit }, comment)
            #expect(ranges.allSatisfy { !$0.isEmpty }, comment)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            for _ in 0..<20 {
                let range = random.range(below: Self.limit)
                #expect(first.isSuperset(of: range) == one.isSuperset(of: range), comment)
                #expect(first.intersects(range) == !one.isDisjoint(with: range), comment)
            }
        }
    }

    @Test func `have every chunk up to the largest number`() {
        #expect(ChunkRanges.all.contains(.max))
        #expect(ChunkRanges.last.contains(.max))
        #expect(!ChunkRanges.last.contains(.max - 1))
        #expect(!ChunkRanges(0..<UInt64.max).contains(.max))
        #expect(ChunkRanges.all.isSuperset(of: 0..<UInt64.max))
        #expect(ChunkRanges.all.subtracting(ChunkRanges(0..<UInt64.max)) == .last)
        #expect(ChunkRanges(5..<5).isEmpty)
        #expect(ChunkRanges().isSuperset(of: 7..<7))
        #expect(!ChunkRanges.all.intersects(7..<7))
        #expect(ChunkRanges.all.ranges(below: .max) == [0..<UInt64.max])
    }

    @Test func `are made of boundaries that ascend`() {
        #expect(ChunkRanges(boundaries: []) == ChunkRanges())
        #expect(ChunkRanges(boundaries: [3]) == ChunkRanges(from: 3))
        #expect(ChunkRanges(boundaries: [3, 4]) == ChunkRanges(3..<4))
        #expect(ChunkRanges(boundaries: [3, 3]) == nil)
        #expect(ChunkRanges(boundaries: [3, 2]) == nil)
        #expect(ChunkRanges(boundaries: [0, 2, 2, 3]) == nil)
        #expect(ChunkRanges(boundaries: [0, .max])?.contains(.max) == false)
    }

    @Test(
        arguments: [
            (0..<0, 0..<0), (0..<1, 0..<1), (1023..<1024, 0..<1), (1023..<1025, 0..<2),
            (1024..<1024, 0..<0), (5000..<9000, 4..<9), (0..<UInt64.max, 0..<1 << 54),
            (UInt64.max - 1..<UInt64.max, (1 << 54) - 1..<1 << 54),
        ] as [(Range<UInt64>, Range<UInt64>)]
    )
    func `touch bytes`(bytes: Range<UInt64>, chunks: Range<UInt64>) {
        #expect(ChunkRanges(touchingBytes: bytes) == ChunkRanges(chunks))
    }

    @Test func `select what the reference selects`() {
        ReferenceBao.forEachRandomRanges(seed: Self.seed) { reference, ranges, log, comment in
            let count = reference.chunkCount
            let selection = ChunkRanges(ranges).selection(in: reference.tree(groupLog: log))
            let expected = ReferenceBao.selection(of: ranges, chunkCount: count)
            #expect((0..<UInt64(count)).map(selection.contains) == expected, comment)
            #expect(!selection.contains(UInt64(count)), comment)
            let normalized = ReferenceBao.normalized(ranges, chunkCount: count)
            #expect(selection.ranges(below: .max) == normalized, comment)
        }
    }

    @Test(arguments: [0, 1, 1024, 1 << 54, .max] as [UInt64])
    func `select something of any size`(size: UInt64) {
        let tree = HashTree(size: size)
        let last = ChunkRanges(tree.chunkCount - 1..<tree.chunkCount)
        #expect(ChunkRanges.all.selection(in: tree) == ChunkRanges(0..<tree.chunkCount))
        #expect(ChunkRanges.last.selection(in: tree) == last)
        #expect(ChunkRanges(from: tree.chunkCount).selection(in: tree) == last)
        #expect(ChunkRanges(1 << 60..<1 << 61).selection(in: tree) == last)
        #expect(ChunkRanges().selection(in: tree).isEmpty)
    }

    /// The chunks below a limit; one that stands for all others above is among them.
    private static func model(_ set: ChunkRanges) -> Set<UInt64> {
        Set((0...limit).filter { set.contains($0 == limit ? .max : $0) })
    }
}

extension RandomNumbers {
    /// Some set that changes below 40.
    fileprivate mutating func chunkRanges() -> ChunkRanges {
        var boundaries: Set<UInt64> = []
        for _ in 0..<Int.random(in: 0...7, using: &self) {
            boundaries.insert(UInt64.random(in: 0..<40, using: &self))
        }
        return ChunkRanges(boundaries: boundaries.sorted()) ?? .all
    }

    /// Some range, often a short one, perhaps an empty one.
    mutating func range(below limit: UInt64) -> Range<UInt64> {
        let start = UInt64.random(in: 0..<limit, using: &self)
        let end = UInt64.random(in: start...min(limit, start + 8), using: &self)
        return start..<end
    }
}
