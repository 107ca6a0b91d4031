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
        return isLeaf(node) ? .data(tree.bytes(of: node)) : .sibling(node)
    }

    private var current: TreeNode? {
        guard let link = chain.last else { return stack.last?.node }
        return link.goesLeft ? link.node.left : link.node.right
    }

    private func isLeaf(_ node: TreeNode) -> Bool {
        if node.count == 1 { return true }
        return tree.isWithinGroup(node) && selection.isSuperset(of: node.chunks)
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
            chain.append(Link(node: node, sibling: sibling, goesLeft: goesLeft))
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
        let parents = parents(above: values[0])
        guard let top = parents.first, expected.matches(top.left, top.right) else {
            throw .mismatch(item)
        }
        stack.removeLast()
        for link in chain where link.goesLeft && selection.intersects(link.node.right.chunks) {
            stack.append(Expected(node: link.node.right, hash: .value(link.sibling)))
        }
        chain = []
        for parent in parents { verified(parent) }
        guard let second, let last = stack.popLast() else { return item.byteCount }
        guard last.hash == .value(values[1]) else { throw .mismatch(second) }
        return item.byteCount + second.byteCount
    }

    /// The sibling of a leaf, if it is the next one and its content is there as well.
    ///
    /// Hashing two groups at once keeps wide kernels busy.
    private func secondLeaf(behind node: TreeNode, in input: RawSpan) -> BaoItem? {
        guard let link = chain.last, link.goesLeft, isLeaf(link.node.right),
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
            groupLog: tree.groupSize.log
        )
    }

    /// The nodes of the chain, the uppermost first, if the leaf at its end has this value.
    private func parents(above value: ChainingValue) -> [VerifiedParent] {
        var value = value
        var parents: [VerifiedParent] = []
        for link in chain.reversed() {
            let (left, right) = link.goesLeft ? (value, link.sibling) : (link.sibling, value)
            parents.append(VerifiedParent(node: link.node, left: left, right: right))
            // The uppermost is compared with the digest or value that it has to have.
            if parents.count < chain.count { value = BLAKE3Tree.parent(of: left, right) }
        }
        return parents.reversed()
    }
}
