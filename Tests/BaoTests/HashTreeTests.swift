// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Shape of trees")
struct HashTreeTests {
    private static let seed = UInt64.random(in: .min ... .max)
    private static let sizes: [UInt64] = [
        0, 1, 1 << 14, 1 << 32, (1 << 54) + 1, 1 << 63, .max - 1024, .max - 1, .max,
    ]

    @Test func `is that of the reference`() throws {
        try ReferenceBao.forEachRandom(seed: Self.seed) { reference, log, comment in
            let tree = reference.tree(groupLog: log)
            let expected = reference.parents(groupLog: log)
            #expect(tree.chunkCount == UInt64(reference.chunkCount), comment)
            #expect(tree.groupCount == UInt64(reference.groupCount(groupLog: log)), comment)
            #expect(tree.outboardByteCount == UInt64(64 * expected.count), comment)
            #expect(tree.listByteCount == UInt64(reference.list(groupLog: log).count), comment)
            var nodes: [TreeNode] = []
            try reference.checkedOutboard(groupLog: log).forEachParent { nodes.append($0.node) }
            #expect(nodes.count == expected.count, comment)
            for (node, parent) in zip(nodes, expected) {
                #expect(node.start == UInt64(parent.node.chunks.lowerBound), comment)
                #expect(node.count == UInt64(parent.node.chunks.count), comment)
                #expect(node.baoTreeID == parent.id, comment)
                #expect(tree.preOrderIndex(of: node) == UInt64(parent.preOrderIndex), comment)
                #expect(tree.postOrderIndex(of: node) == UInt64(parent.postOrderIndex), comment)
                let data = parent.node.data
                let bytes = UInt64(data.lowerBound)..<UInt64(data.upperBound)
                #expect(tree.bytes(of: node) == bytes, comment)
            }
            #expect(nodes == nodes.sorted(), comment)
        }
    }

    @Test(arguments: [0, 1, 4])
    func `finds bytes and groups`(log: Int) {
        let length: UInt64 = 1024 << UInt64(log)
        for size in [0, 1, length - 1, length, length + 1, 5 * length - 7, 5 * length] {
            let tree = HashTree(size: size, groupSize: .log(log))
            for group in 0..<tree.groupCount + 3 {
                let start = min(group * length, size)
                let end = min((group + 1) * length, size)
                #expect(tree.bytes(ofGroups: group..<group + 1) == start..<end)
                #expect(tree.bytes(ofGroups: 0..<group) == 0..<start)
            }
            let edges = stride(from: 0, to: size + 2 * length, by: 1 + Int(length) / 3)
            for start in edges {
                for end in [start, start + 1, start + length, start + 3 * length] {
                    let last = tree.groupCount - 1
                    let first = min(start / length, last)
                    let final = end > start ? min((end - 1) / length, last) : first
                    #expect(tree.groups(touching: start..<end) == first..<final + 1)
                }
            }
        }
    }

    @Test(arguments: sizes, [0, 4, 10])
    func `has any size`(size: UInt64, log: Int) {
        let tree = HashTree(size: size, groupSize: .log(log))
        let (chunks, groups) = (tree.chunkCount, tree.groupCount)
        #expect(chunks == max(1, size / 1024 + (size.isMultiple(of: 1024) ? 0 : 1)))
        #expect(groups == chunks / (1 << UInt64(log)) + (chunks % (1 << UInt64(log)) > 0 ? 1 : 0))
        #expect(tree.outboardByteCount == 64 * (groups - 1))
        #expect(tree.listByteCount == (groups == 1 ? 0 : 32 * groups))
        #expect(tree.root.chunks == 0..<chunks)
        #expect(tree.bytes(of: tree.root) == 0..<size)
        #expect(tree.bytes(ofGroups: 0..<groups) == 0..<size)
        #expect(tree.bytes(ofGroups: 0..<UInt64.max) == 0..<size)
        #expect(tree.bytes(ofChunks: UInt64.max - 1..<UInt64.max).isEmpty)
        #expect(tree.bytes(ofGroups: UInt64.max - 1..<UInt64.max).isEmpty)
        #expect(tree.bytes(ofGroups: groups + 1 << 60..<UInt64.max).isEmpty)
        #expect(tree.bytes(ofChunks: chunks - 1..<chunks).upperBound == size)
        #expect(tree.groups(touching: 0..<UInt64.max) == 0..<groups)
        #expect(tree.groups(touching: UInt64.max..<UInt64.max) == groups - 1..<groups)
        guard groups > 1 else { return }
        #expect(tree.preOrderIndex(of: tree.root) == 0)
        #expect(tree.postOrderIndex(of: tree.root) == groups - 2)
    }

    /// Goes down both edges of the largest trees, as a decoder does.
    @Test(arguments: sizes)
    func `has nodes at the far end`(size: UInt64) throws {
        for ranges in [ChunkRanges.last, ChunkRanges(0..<1)] {
            let decoder = try BaoDecoder(
                ReferenceBao([]).blake3,
                claimedSize: size,
                ranges: ranges,
                groupSize: .chunk,
                form: .siblings
            )
            var decoding = decoder
            let sibling = [UInt8](repeating: 0, count: 32)
            let tree = HashTree(size: size, groupSize: .chunk)
            while case .sibling(let node) = decoding.next {
                #expect(tree.preOrderIndex(of: node) < tree.groupCount)
                #expect(tree.postOrderIndex(of: node) < tree.groupCount)
                #expect(node.baoTreeID < tree.chunkCount)
                #expect(!tree.bytes(of: node).isEmpty)
                #expect(try decoding.accept(sibling) == 32)
            }
            guard case .data(let range) = decoding.next else { continue }
            let start = ranges == .last ? (max(size, 1) - 1) / 1024 * 1024 : 0
            #expect(range == start..<(size - start < 1024 ? size : start + 1024))
        }
    }

    @Test func `has groups of 1 to 1024 chunks`() {
        #expect(GroupSize(log: -1) == nil)
        #expect(GroupSize(log: 11) == nil)
        #expect(GroupSize(log: 0) == .chunk)
        #expect(GroupSize(log: 4) == .standard)
        #expect(GroupSize.standard.byteCount == 16_384)
        #expect(GroupSize.log(10).chunkCount == 1024)
    }
}
