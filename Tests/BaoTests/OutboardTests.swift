// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Outboard")
struct OutboardTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: [0, 1, 4])
    func `has all forms of the reference, from each of them`(log: Int) throws {
        for byteCount in ReferenceBao.edgeLengths {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            let list = reference.list(groupLog: log)
            let preOrder = reference.preOrderOutboard(groupLog: log)
            let postOrder = reference.postOrderOutboard(groupLog: log)
            let (digest, tree) = (reference.blake3, reference.tree(groupLog: log))
            let first = try Outboard(digest, tree, list: unsafe list.span.bytes)
            let second = try Outboard(digest, tree, outboard: unsafe preOrder.span.bytes)
            let third = try Outboard(
                digest,
                tree,
                outboard: unsafe postOrder.span.bytes,
                .postOrder
            )
            #expect(first == second)
            #expect(first == third)
            #expect(first.isComplete)
            #expect(first.listBytes == list)
            #expect(first.bytes() == preOrder)
            #expect(first.bytes(.postOrder) == postOrder)
            #expect(first.digest == digest)
            #expect(first.tree == tree)
        }
    }

    @Test(arguments: Vectors.official.blobs)
    func `has the forms of other implementations`(blob: Vectors.Blob) throws {
        let input = Inputs.counting(blob.byteCount)
        for expected in blob.groupOutboards {
            let groupSize = GroupSize.log(expected.groupLog)
            var hasher = TreeHasher(groupSize: groupSize)
            hasher.update(unsafe input.span.bytes)
            let digest = hasher.finalize()
            let tree = HashTree(size: UInt64(blob.byteCount), groupSize: groupSize)
            let outboard = try Outboard(digest, tree, values: hasher.takeValues())
            #expect(outboard.bytes().count == expected.byteCount)
            #expect(outboard.bytes().sha256 == expected.preOrderSHA256)
            #expect(outboard.bytes(.postOrder).sha256 == expected.postOrderSHA256)
            #expect(tree.outboardByteCount == UInt64(expected.byteCount))
            guard expected.groupLog == 0 else { continue }
            let header = BaoHeader.withBytes(ofSize: tree.size) { [UInt8](copying: $0) }
            #expect((header + outboard.bytes()).sha256 == blob.outboardSHA256)
        }
    }

    @Test func `checks groups of a blob, one or more at a time`() throws {
        for (byteCount, log) in [(0, 0), (1, 4), (9999, 0), (10_240, 1), (70_000, 4)] {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            let outboard = try reference.checkedOutboard(groupLog: log)
            let count = reference.groupCount(groupLog: log)
            for first in 0..<count {
                for end in first + 1...count {
                    let range = outboard.tree.bytes(ofGroups: UInt64(first)..<UInt64(end))
                    let place = Int(range.lowerBound)..<Int(range.upperBound)
                    let bytes = Array(reference.bytes[place])
                    try outboard.check(unsafe bytes.span.bytes, at: UInt64(first))
                }
            }
        }
    }

    @Test(arguments: [0, 1, 4])
    func `names the first group that does not match`(log: Int) throws {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<20 {
            let reference = ReferenceBao(random.bytes(1 + random.edgeLength(upTo: 69 * 1024)))
            let outboard = try reference.checkedOutboard(groupLog: log)
            let groups = outboard.groups
            let first = UInt64.random(in: groups, using: &random)
            let range = outboard.tree.bytes(ofGroups: first..<groups.upperBound)
            let start = Int(range.lowerBound)
            let bit = Int.random(in: 0..<8 * range.count, using: &random)
            let bytes = Array(reference.bytes[start...]).flipping(bit: bit)
            let group = UInt64((start + bit / 8) >> (10 + log))
            let wrong = outboard.tree.bytes(ofGroups: group..<group + 1)
            #expect(throws: BaoError.mismatch(.data(wrong)), "seed \(Self.seed)") {
                try outboard.check(unsafe bytes.span.bytes, at: first)
            }
        }
    }

    @Test(arguments: [(0, 0), (1, 4), (1024, 0)])
    func `of one group is the digest`(byteCount: Int, log: Int) throws {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        let outboard = try reference.checkedOutboard(groupLog: log)
        #expect(outboard.listBytes == [])
        #expect(outboard.bytes() == [])
        #expect(outboard.values(for: 0..<1) == [])
        outboard.forEachParent { _ in Issue.record("one group has no parent") }
        let wrong = [UInt8](repeating: 7, count: byteCount + (byteCount == 0 ? 1 : 0))
        if byteCount > 0 {
            let item = BaoItem.data(0..<UInt64(byteCount))
            #expect(throws: BaoError.mismatch(item)) {
                try outboard.check(unsafe wrong.span.bytes, at: 0)
            }
        }
        let other = try Outboard(BLAKE3Digest(hashing: RawSpan()), outboard.tree, values: [])
        if byteCount > 0 {
            #expect(throws: BaoError.mismatch(.data(0..<UInt64(byteCount)))) {
                try other.check(unsafe reference.bytes.span.bytes, at: 0)
            }
        }
    }
}
