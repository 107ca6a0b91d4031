// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// Checks a tree in which each node on the way comes with the hash of one child only.
///
/// From a node whose hash is known it goes down to the first leaf below, keeping what hashes come
/// with the nodes. The content of the leaf gives its hash, that and the pending ones give those of
/// the nodes above, and the uppermost has to be the known one. Only then the pending ones are
/// trusted: they are what the right children on this way have to match.
struct SiblingVerifier: Sendable {
    private struct Link: Sendable {
        var node: TreeNode
        var sibling: ChainingValue
        var goesLeft: Bool
        /// The value of the child that it goes to, once that is computed.
        var child: ChainingValue

        var parent: VerifiedParent {
            goesLeft
                ? VerifiedParent(node: node, left: child, right: sibling)
                : VerifiedParent(node: node, left: sibling, right: child)
        }
    }

    private let tree: HashTree
    private let selection: ChunkRanges
    private var stack: [Expected]
    private var chain: [Link] = []

    /// Checks what is selected; `selection` has been fitted to the tree.
    init(_ digest: BLAKE3Digest, _ tree: HashTree, _ selection: ChunkRanges) {
        self.tree = tree
        self.selection = selection
        stack = selection.isEmpty ? [] : [Expected(node: tree.root, hash: .digest(digest))]
    }

    /// What comes next.
    var next: BaoItem? {
        guard let node = current else { return nil }
        return selection.isLeaf(node, tree.groupSize) ? .data(tree.bytes(of: node)) : .sibling(node)
    }

    private var current: TreeNode? {
        guard let link = chain.last else { return stack.last?.node }
        return link.goesLeft ? link.node.left : link.node.right
    }

    /// Checks the next item at the front of `input`, perhaps with a second leaf right behind it.
    ///
    /// Returns the number of bytes taken, or `nil` if the item is not whole.
    mutating func accept(
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int? {
        guard let node = current, let item = next, input.byteCount >= item.byteCount
        else { return nil }
        guard case .data = item else {
            let sibling = ChainingValue(in: input, at: 0)
            let goesLeft = selection.intersects(node.left.chunks)
            chain.append(Link(node: node, sibling: sibling, goesLeft: goesLeft, child: sibling))
            return item.byteCount
        }
        return try acceptLeaf(node, item, input, verified)
    }

    private mutating func acceptLeaf(
        _ node: TreeNode,
        _ item: BaoItem,
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int {
        guard let expected = stack.last else { return 0 }
        let content = input.extracting(first: item.byteCount)
        if chain.isEmpty {
            guard expected.matches(content) else { throw .mismatch(item) }
            stack.removeLast()
            return item.byteCount
        }
        let second = secondLeaf(behind: node, in: input)
        let values = values(of: node, content, second, input)
        guard release(values[0], verified) else { throw .mismatch(item) }
        // Damage of the second leaf is noticed when it comes by itself; the first may be used.
        guard let second, stack.last?.hash == .value(values[1]) else { return item.byteCount }
        stack.removeLast()
        return item.byteCount + second.byteCount
    }

    /// The sibling of a leaf, if it is the next one and its content is there as well.
    ///
    /// Hashing two groups at once keeps wide kernels busy.
    private func secondLeaf(behind node: TreeNode, in input: RawSpan) -> BaoItem? {
        guard let link = chain.last, link.goesLeft,
            selection.isLeaf(link.node.right, tree.groupSize),
            node.count == tree.groupSize.chunkCount, selection.intersects(link.node.right.chunks)
        else { return nil }
        let item = BaoItem.data(tree.bytes(of: link.node.right))
        return input.byteCount >= tree.bytes(of: link.node).count ? item : nil
    }

    private func values(
        of node: TreeNode,
        _ content: RawSpan,
        _ second: BaoItem?,
        _ input: RawSpan
    ) -> [ChainingValue] {
        let start = BLAKE3Tree.ChunkIndex(rawValue: node.start)
        guard let second else { return [BLAKE3Tree.chainingValue(of: content, at: start)] }
        return BLAKE3Tree.groupChainingValues(
            of: input.extracting(first: content.byteCount + second.byteCount),
            at: start,
            groupLog: tree.groupSize.log,
            following: input.byteCount - content.byteCount - second.byteCount
        )
    }

    /// Whether the chain leads up to the hash that is known, if what is at its end has this value.
    ///
    /// If so, the pending hashes are trusted from here on.
    private mutating func release(
        _ value: ChainingValue,
        _ verified: (VerifiedParent) -> Void
    ) -> Bool {
        let top = fold(value)
        guard let expected = stack.last, expected.matches(top.left, top.right)
        else { return false }
        stack.removeLast()
        for link in chain where link.goesLeft && selection.intersects(link.node.right.chunks) {
            stack.append(Expected(node: link.node.right, hash: .value(link.sibling)))
        }
        for link in chain { verified(link.parent) }
        chain.removeAll(keepingCapacity: true)
        return true
    }

    /// Computes the nodes of the chain, if the leaf at its end has this value.
    ///
    /// Returns the uppermost, which is to be compared with the hash that it must have.
    private mutating func fold(_ value: ChainingValue) -> VerifiedParent {
        chain[chain.count - 1].child = value
        for index in chain.indices.dropFirst().reversed() {
            let parent = chain[index].parent
            chain[index - 1].child = BLAKE3Tree.parent(of: parent.left, parent.right)
        }
        return chain[0].parent
    }

    /// Checks a whole subtree at the front of `input` and calls `body` with its content.
    ///
    /// Returns the number of bytes taken, or `nil` if there is no whole subtree, or one that is not
    /// right: then item for item tells what is wrong.
    mutating func acceptSubtree(
        _ input: RawSpan,
        _ body: (UInt64, RawSpan) -> Void
    ) -> Int? {
        guard let node = current, selection.isSuperset(of: node.chunks),
            let subtree = WholeSubtree(node, tree, hashByteCount: 32),
            subtree.byteCount <= input.byteCount,
            let children = subtree.children(in: input)
        else { return nil }
        if chain.isEmpty {
            guard let expected = stack.last, expected.matches(children.left, children.right)
            else { return nil }
            stack.removeLast()
        } else {
            let value = BLAKE3Tree.parent(of: children.left, children.right)
            guard release(value, { _ in }) else { return nil }
        }
        subtree.forEachContent(in: input, body)
        return subtree.byteCount
    }
}
