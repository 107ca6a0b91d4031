// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Outboard of a part")
struct PartialOutboardTests {
    private static let sizes = [(1, 0), (1025, 0), (13 * 1024 - 5, 0), (8 * 1024, 0), (10_000, 1)]

    @Test(arguments: sizes)
    func `checks exactly its groups`(byteCount: Int, log: Int) throws {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        let all = try reference.checkedOutboard(groupLog: log)
        try Self.forEachRange(of: all.groups) { groups in
            let part = try Self.part(of: all, groups)
            #expect(part.groups == groups)
            #expect(part.isComplete == (groups == all.groups))
            let range = all.tree.bytes(ofGroups: groups)
            let bytes = Array(reference.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
            try part.check(unsafe bytes.span.bytes, at: groups.lowerBound)
            let wrong = bytes.flipping(bit: 8 * bytes.count - 1)
            #expect(throws: BaoError.self) {
                try part.check(unsafe wrong.span.bytes, at: groups.lowerBound)
            }
            #expect(part.listBytes == Self.list(all, groups))
        }
    }

    @Test(arguments: sizes)
    func `gives the values of smaller parts, and of no others`(byteCount: Int, log: Int) throws {
        let all = try ReferenceBao(Inputs.counting(byteCount)).checkedOutboard(groupLog: log)
        try Self.forEachRange(of: all.groups) { groups in
            let part = try Self.part(of: all, groups)
            Self.forEachRange(of: all.groups) { smaller in
                let isInside =
                    groups.lowerBound <= smaller.lowerBound
                    && smaller.upperBound <= groups.upperBound
                #expect(part.values(for: smaller) == (isInside ? all.values(for: smaller) : nil))
            }
        }
    }

    @Test(arguments: sizes)
    func `knows the parents above and inside`(byteCount: Int, log: Int) throws {
        let all = try ReferenceBao(Inputs.counting(byteCount)).checkedOutboard(groupLog: log)
        var parents: [VerifiedParent] = []
        all.forEachParent { parents.append($0) }
        try Self.forEachRange(of: all.groups) { groups in
            let part = try Self.part(of: all, groups)
            let chunks = groups.lowerBound << UInt64(log)..<groups.upperBound << UInt64(log)
            let expected = parents.filter { $0.node.chunks.overlaps(chunks) }
            var (preOrder, postOrder): ([VerifiedParent], [VerifiedParent]) = ([], [])
            part.forEachParent { preOrder.append($0) }
            part.forEachParent(.postOrder) { postOrder.append($0) }
            #expect(preOrder == expected)
            let tree = all.tree
            #expect(
                postOrder
                    == expected.sorted {
                        tree.postOrderIndex(of: $0.node) < tree.postOrderIndex(of: $1.node)
                    }
            )
            var hashes = OutboardHashes(of: part)
            for parent in parents {
                #expect(hashes.parent(parent.node) == (expected.contains(parent) ? parent : nil))
            }
        }
    }

    @Test func `refuses wrong values and other numbers of them`() throws {
        let all = try ReferenceBao(Inputs.counting(13_000)).checkedOutboard(groupLog: 0)
        try Self.forEachRange(of: all.groups) { groups in
            let values = try #require(all.values(for: groups))
            for index in values.indices {
                var wrong = values
                wrong[index] = values[(index + 1) % values.count]
                let root = BaoItem.list(all.tree.root, log: 0, count: values.count)
                #expect(throws: BaoError.mismatch(root)) {
                    try Outboard(all.digest, all.tree, groups: groups, values: wrong)
                }
            }
            for wrong in [values + values.prefix(1), Array(values.dropLast()), []] {
                let error = BaoError.wrongLength(
                    byteCount: 32 * UInt64(wrong.count),
                    expected: 32 * UInt64(values.count)
                )
                #expect(throws: error) {
                    try Outboard(all.digest, all.tree, groups: groups, values: wrong)
                }
            }
        }
    }

    @Test func `of a few groups of a huge blob is small`() throws {
        let digest = ReferenceBao([]).blake3
        for size in [1 << 54, 1 << 63, UInt64.max] {
            let tree = HashTree(size: size)
            for groups in [0..<1, tree.groupCount - 1..<tree.groupCount, 5..<9] {
                #expect(throws: BaoError.self) {
                    try Outboard(digest, tree, groups: groups, values: [])
                }
            }
        }
    }

    private static func part(of all: Outboard, _ groups: Range<UInt64>) throws -> Outboard {
        let values = try #require(all.values(for: groups))
        return try Outboard(all.digest, all.tree, groups: groups, values: values)
    }

    private static func list(_ all: Outboard, _ groups: Range<UInt64>) -> [UInt8] {
        if all.groups.count == 1 { return [] }
        return Array(all.listBytes[32 * Int(groups.lowerBound)..<32 * Int(groups.upperBound)])
    }

    private static func forEachRange(
        of groups: Range<UInt64>,
        _ body: (Range<UInt64>) throws -> Void
    ) rethrows {
        for start in groups {
            for end in start + 1...groups.upperBound { try body(start..<end) }
        }
    }
}
