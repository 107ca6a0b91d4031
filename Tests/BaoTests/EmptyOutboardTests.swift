// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import Testing

@Suite struct EmptyOutboardTests {
    @Test(arguments: [0..<0, 3..<3, 7..<7, 9..<20] as [Range<UInt64>])
    func `the hashes of no groups have to lead to the digest as well`(
        groups: Range<UInt64>
    ) throws {
        let tree = HashTree(size: 100_000)
        let nodes = tree.outboardNodes(for: groups.clamped(to: 0..<7))
        let value = BLAKE3Tree.parent(of: zero, zero)
        #expect(throws: BaoError.self) {
            try Outboard(
                .empty,
                tree,
                groups: groups,
                values: [BLAKE3Tree.ChainingValue](repeating: value, count: nodes.count)
            )
        }
    }

    private var zero: BLAKE3Tree.ChainingValue {
        BLAKE3Tree.chainingValue(of: unsafe [UInt8(0)].span.bytes, at: .init(rawValue: 0))
    }
}
