// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Damaged outboards")
struct DamagedOutboardTests {
    private static let cases = [
        (1025, 0), (3 * 1024, 0), (9 * 1024 + 1, 0), (7000, 1), (70_000, 4),
    ]

    @Test(arguments: cases)
    func `any wrong bit of a list is refused`(byteCount: Int, log: Int) throws {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        let list = reference.list(groupLog: log)
        let tree = reference.tree(groupLog: log)
        let item = BaoItem.list(tree.root, log: log, count: list.count / 32)
        for bit in 0..<8 * list.count {
            let damaged = list.flipping(bit: bit)
            #expect(throws: BaoError.mismatch(item)) {
                try Outboard(reference.blake3, tree, list: unsafe damaged.span.bytes)
            }
        }
    }

    @Test(arguments: cases, [NodeOrder.preOrder, .postOrder])
    func `any wrong bit of a pair is refused, and its node named`(
        of size: (byteCount: Int, log: Int),
        order: NodeOrder
    ) throws {
        let reference = ReferenceBao(Inputs.counting(size.byteCount))
        let outboard = try reference.checkedOutboard(groupLog: size.log)
        var nodes: [TreeNode] = []
        outboard.forEachParent(order) { nodes.append($0.node) }
        let bytes = outboard.bytes(order)
        for bit in 0..<8 * bytes.count {
            let damaged = bytes.flipping(bit: bit)
            #expect(throws: BaoError.mismatch(.parent(nodes[bit / 512]))) {
                try Outboard(
                    outboard.digest,
                    outboard.tree,
                    outboard: unsafe damaged.span.bytes,
                    order
                )
            }
        }
    }

    @Test func `any other length is refused`() throws {
        let reference = ReferenceBao(Inputs.counting(5000))
        let (digest, tree) = (reference.blake3, reference.tree(groupLog: 0))
        for count in 0...1000 {
            let bytes = [UInt8](repeating: 0, count: count)
            if count != 160 {
                let error = BaoError.wrongLength(byteCount: UInt64(count), expected: 160)
                #expect(throws: error) {
                    try Outboard(digest, tree, list: unsafe bytes.span.bytes)
                }
            }
            guard count != 256 else { continue }
            let error = BaoError.wrongLength(byteCount: UInt64(count), expected: 256)
            for order in [NodeOrder.preOrder, .postOrder] {
                #expect(throws: error) {
                    try Outboard(digest, tree, outboard: unsafe bytes.span.bytes, order)
                }
            }
        }
    }

    @Test(arguments: [1 << 20, 1 << 54, 1 << 63, UInt64.max - 1, .max])
    func `a huge size is no reason to allocate`(size: UInt64) {
        let digest = ReferenceBao([]).blake3
        let tree = HashTree(size: size)
        let bytes = [UInt8](repeating: 0, count: 64)
        let list = BaoError.wrongLength(byteCount: 64, expected: tree.listByteCount)
        #expect(throws: list) { try Outboard(digest, tree, list: unsafe bytes.span.bytes) }
        let outboard = BaoError.wrongLength(byteCount: 64, expected: tree.outboardByteCount)
        #expect(throws: outboard) { try Outboard(digest, tree, outboard: unsafe bytes.span.bytes) }
    }

    @Test func `a false size of the same shape above groups is found with the last group`() throws {
        let reference = ReferenceBao(Inputs.counting(5000))
        let list = reference.list(groupLog: 0)
        let tree = HashTree(size: 4999, groupSize: .chunk)
        let outboard = try Outboard(reference.blake3, tree, list: unsafe list.span.bytes)
        let (head, tail) = (reference.bytes[..<4096], reference.bytes[4096..<4999])
        try outboard.check(unsafe Array(head).span.bytes, at: 0)
        #expect(throws: BaoError.mismatch(.data(4096..<4999))) {
            try outboard.check(unsafe Array(tail).span.bytes, at: 4)
        }
    }
}
