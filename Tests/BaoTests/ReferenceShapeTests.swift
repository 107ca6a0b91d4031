// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("The reference agrees with itself")
struct ReferenceShapeTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test func `ten chunks are numbered as drawn by hand`() {
        let reference = ReferenceBao(Inputs.counting(10 * 1024))
        let parents = reference.parents(groupLog: 0)
        #expect(parents.map(\.id) == [7, 3, 1, 0, 2, 5, 4, 6, 8])
        #expect(parents.map(\.postOrderIndex) == [8, 6, 2, 0, 1, 5, 3, 4, 7])
        #expect(reference.parents(groupLog: 1).map(\.id) == [7, 3, 1, 5])
        #expect(reference.parents(groupLog: 2).map(\.id) == [7, 3])
    }

    @Test func `indices are places in outboards`() {
        ReferenceBao.forEachRandom(seed: Self.seed) { reference, groupLog, comment in
            let preOrder = reference.preOrderOutboard(groupLog: groupLog)
            let postOrder = reference.postOrderOutboard(groupLog: groupLog)
            for (index, parent) in reference.parents(groupLog: groupLog).enumerated() {
                #expect(parent.preOrderIndex == index, comment)
                let pair = parent.node.pair[...]
                #expect(preOrder[(64 * parent.preOrderIndex)...].prefix(64) == pair, comment)
                #expect(postOrder[(64 * parent.postOrderIndex)...].prefix(64) == pair, comment)
            }
        }
    }

    @Test func `node numbers lead from parents to children`() {
        ReferenceBao.forEachRandom(seed: Self.seed) { reference, groupLog, comment in
            let parents = reference.parents(groupLog: groupLog)
            let groupCount = reference.groupCount(groupLog: groupLog)
            let root = ReferenceBao.rootID(groupCount: groupCount, groupLog: groupLog)
            #expect(parents.first.map { $0.id == root } ?? true, comment)
            var ids: [Int: UInt64] = [:]
            for parent in parents { ids[parent.preOrderIndex] = parent.id }
            for parent in parents where parent.level > groupLog {
                let leftCount = parent.middle - parent.groups.lowerBound
                let left = parent.preOrderIndex + 1
                #expect(ids[left] == parent.id - 1 << (parent.level - 1), comment)
                guard parent.groups.upperBound - parent.middle > 1 else { continue }
                let right = left + leftCount - 1
                let expected = Self.rightChild(of: parent, chunkCount: reference.chunkCount)
                #expect(ids[right] == expected, comment)
            }
        }
    }

    @Test func `ranges are rounded to what is selected`() {
        ReferenceBao.forEachRandomRanges(seed: Self.seed) { reference, ranges, groupLog, comment in
            let count = reference.chunkCount
            let normalized = ReferenceBao.normalized(ranges, chunkCount: count)
            #expect(ReferenceBao.normalized(normalized, chunkCount: count) == normalized, comment)
            #expect(normalized.isEmpty == ranges.isEmpty, comment)
            #expect(normalized.allSatisfy { $0.upperBound <= UInt64(count) }, comment)
            for chunk in 0..<UInt64(count) {
                let isLast = chunk == UInt64(count) - 1
                let isWanted = ranges.contains { range in
                    range.contains(chunk) || isLast && range.lowerBound > chunk
                }
                let isSelected = normalized.contains { $0.contains(chunk) }
                #expect(isSelected == isWanted, comment)
            }
            #expect(
                reference.response(to: ranges, groupLog: groupLog)
                    == reference.response(to: normalized, groupLog: groupLog),
                comment
            )
        }
    }

    @Test func `a slice is the response to its chunks`() {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<100 {
            let reference = ReferenceBao(random.bytes(random.edgeLength(upTo: 20 * 1024)))
            let start = UInt64.random(in: 0...22 * 1024, using: &random)
            let count = UInt64.random(in: 0...22 * 1024, using: &random)
            let chunks = reference.sliceChunks(start: start, count: count)
            let range = UInt64(chunks.lowerBound)..<UInt64(chunks.upperBound)
            let slice = reference.slice(start: start, count: count)
            #expect(slice == reference.response(to: [range], groupLog: 0), "seed \(Self.seed)")
        }
        let reference = ReferenceBao(random.bytes(5000))
        #expect(reference.slice(start: 0, count: .max) == reference.combined())
    }

    /// The node half the span to the right, or the first one down to the left that is in the tree.
    private static func rightChild(of parent: ReferenceBao.Parent, chunkCount: Int) -> UInt64 {
        var level = parent.level - 1
        var id = parent.id + 1 << level
        while id + 1 >= UInt64(chunkCount) {
            level -= 1
            id -= 1 << level
        }
        return id
    }
}
