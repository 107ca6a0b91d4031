// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// Checks a tree from the root down: each pair of hashes before anything below it.
struct ParentVerifier: Sendable {
    private let tree: HashTree
    private let selection: ChunkRanges
    /// What is still to come, the next on top.
    private var stack: [Expected]

    /// Checks what is selected; `selection` has been fitted to the tree.
    init(_ digest: BLAKE3Digest, _ tree: HashTree, _ selection: ChunkRanges) {
        self.tree = tree
        self.selection = selection
        stack = selection.isEmpty ? [] : [Expected(node: tree.root, hash: .digest(digest))]
    }

    /// What comes next.
    var next: BaoItem? {
        guard let node = stack.last?.node else { return nil }
        return selection.isLeaf(node, tree.groupSize) ? .data(tree.bytes(of: node)) : .parent(node)
    }

    /// Checks the next item at the front of `input`, perhaps with a second leaf right behind it.
    ///
    /// Returns the number of bytes taken, or `nil` if the item is not whole.
    mutating func accept(
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int? {
        guard let expected = stack.last, let item = next else { return nil }
        guard input.byteCount >= item.byteCount else { return nil }
        guard case .data = item else {
            let left = ChainingValue(in: input, at: 0)
            let right = ChainingValue(in: input, at: ChainingValue.byteCount)
            guard expected.matches(left, right) else { throw .mismatch(item) }
            stack.removeLast()
            push(expected.node.right, right)
            push(expected.node.left, left)
            verified(VerifiedParent(node: expected.node, left: left, right: right))
            return item.byteCount
        }
        if let byteCount = try acceptBoth(input, item) { return byteCount }
        guard expected.matches(input.extracting(first: item.byteCount)) else {
            throw .mismatch(item)
        }
        stack.removeLast()
        return item.byteCount
    }

    private mutating func push(_ node: TreeNode, _ value: ChainingValue) {
        if selection.intersects(node.chunks) {
            stack.append(Expected(node: node, hash: .value(value)))
        }
    }

    /// Checks two groups that are siblings at once, which keeps wide kernels busy.
    ///
    /// Returns `nil` if that is not possible here.
    private mutating func acceptBoth(
        _ input: RawSpan,
        _ item: BaoItem
    ) throws(BaoError) -> Int? {
        guard stack.count > 1 else { return nil }
        let (first, second) = (stack[stack.count - 1], stack[stack.count - 2])
        guard first.node.count == tree.groupSize.chunkCount,
            second.node.start == first.node.start + first.node.count,
            selection.isLeaf(second.node, tree.groupSize)
        else { return nil }
        let secondItem = BaoItem.data(tree.bytes(of: second.node))
        let byteCount = item.byteCount + secondItem.byteCount
        guard input.byteCount >= byteCount else { return nil }
        let values = BLAKE3Tree.groupChainingValues(
            of: input.extracting(first: byteCount),
            at: .init(rawValue: first.node.start),
            groupLog: tree.groupSize.log,
            following: input.byteCount - byteCount
        )
        guard first.hash == .value(values[0]) else { throw .mismatch(item) }
        stack.removeLast()
        // The first one may be used; damage of the second is noticed when it comes by itself.
        guard second.hash == .value(values[1]) else { return item.byteCount }
        stack.removeLast()
        return byteCount
    }

    /// Checks a whole subtree at the front of `input` and calls `body` with its content.
    ///
    /// Returns the number of bytes taken, or `nil` if there is no whole subtree, or one that is not
    /// right: then item for item tells what is wrong.
    mutating func acceptSubtree(
        _ input: RawSpan,
        _ body: (UInt64, RawSpan) -> Void
    ) -> Int? {
        guard let expected = stack.last, selection.isSuperset(of: expected.node.chunks),
            let subtree = WholeSubtree(expected.node, tree, hashByteCount: 64),
            subtree.byteCount <= input.byteCount,
            let children = subtree.children(in: input),
            expected.matches(children.left, children.right)
        else { return nil }
        stack.removeLast()
        subtree.forEachContent(in: input, body)
        return subtree.byteCount
    }
}
