// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// A subtree that is in an encoding as a whole: the hashes and the content of all of its groups.
///
/// Where so much is in memory at once, it is quicker to compute all of its hashes from the content and
/// to compare those that were sent than to check one after the other from above: wide kernels then
/// have enough to do.
struct WholeSubtree: Sendable {
    /// How much is checked at once at most: 1 MiB of content.
    static let maximumChunkCount: UInt64 = 1024

    private let node: TreeNode
    private let tree: HashTree
    /// 64 for both children of a node, 32 for the right one.
    private let hashByteCount: Int

    /// Describes the encoding of a node of several groups, or returns `nil` if it has only one or is
    /// too large.
    init?(_ node: TreeNode, _ tree: HashTree, hashByteCount: Int) {
        guard !tree.isWithinGroup(node), node.count <= Self.maximumChunkCount else { return nil }
        self.node = node
        self.tree = tree
        self.hashByteCount = hashByteCount
    }

    /// The length of the encoding in bytes.
    var byteCount: Int {
        tree.bytes(of: node).count + Int(tree.groupCount(of: node) - 1) * hashByteCount
    }

    /// The children of the node, computed from the content, if every hash in the encoding is right.
    func children(in input: RawSpan) -> (left: ChainingValue, right: ChainingValue)? {
        let levels = ParentLevels(
            of: groupValues(in: input),
            under: node,
            subtreeLog: UInt64(tree.groupSize.log)
        )
        var isRight = true
        var offset = 0
        var end = node.start
        levels.forEach(.preOrder) { parent in
            offset += tree.bytes(ofChunks: end..<max(end, parent.node.start)).count
            end = parent.node.start
            if hashByteCount == VerifiedParent.byteCount {
                isRight = isRight && parent.left == ChainingValue(in: input, at: offset)
            }
            let last = offset + hashByteCount - ChainingValue.byteCount
            isRight = isRight && parent.right == ChainingValue(in: input, at: last)
            offset += hashByteCount
        }
        return isRight ? levels.children : nil
    }

    private func groupValues(in input: RawSpan) -> [ChainingValue] {
        var values: [ChainingValue] = []
        values.reserveCapacity(Int(node.count))
        forEachContent(in: input) { offset, content in
            BLAKE3Tree.appendGroupChainingValues(
                of: content,
                at: .init(rawValue: offset >> 10),
                groupLog: 0,
                following: input.byteCount,
                to: &values
            )
        }
        for _ in 0..<tree.groupSize.log { values = BLAKE3Tree.parents(of: values) }
        return values
    }

    /// Calls `body` with the content, as much as is together, and where it is in the blob.
    func forEachContent(
        in input: RawSpan,
        _ body: (UInt64, RawSpan) -> Void
    ) {
        var offset = 0
        visit(node, input, &offset, body)
    }

    private func visit(
        _ node: TreeNode,
        _ input: RawSpan,
        _ offset: inout Int,
        _ body: (UInt64, RawSpan) -> Void
    ) {
        let isPair = !tree.isWithinGroup(node) && node.count <= 2 * tree.groupSize.chunkCount
        if !tree.isWithinGroup(node) { offset += hashByteCount }
        guard isPair || tree.isWithinGroup(node) else {
            visit(node.left, input, &offset, body)
            return visit(node.right, input, &offset, body)
        }
        let bytes = tree.bytes(of: node)
        let start = offset
        offset += bytes.count
        body(bytes.lowerBound, input.extracting(start..<offset))
    }
}
