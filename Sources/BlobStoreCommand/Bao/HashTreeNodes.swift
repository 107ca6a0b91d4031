// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao

/// A node of a hash tree with its hash, for people and programs to look at.
struct HashTreeNode: Sendable {
    var depth: Int
    /// Whether the node is the right child, or the root.
    var isLast: Bool
    var chunks: Range<UInt64>
    var bytes: Range<UInt64>
    /// In hexadecimal digits.
    var hash: String
}

/// The nodes of a hash tree down to the groups, each before those below it.
struct HashTreeNodes: Sendable {
    private(set) var nodes: [HashTreeNode] = []
    private let tree: HashTree
    private var parents: ArraySlice<VerifiedParent>

    init(of outboard: Outboard) {
        tree = outboard.tree
        var parents: [VerifiedParent] = []
        outboard.forEachParent { parents.append($0) }
        self.parents = parents[...]
        add(tree.root.chunks, "\(outboard.digest)", depth: 0, isLast: true)
    }

    private mutating func add(_ chunks: Range<UInt64>, _ hash: String, depth: Int, isLast: Bool) {
        nodes.append(
            HashTreeNode(
                depth: depth,
                isLast: isLast,
                chunks: chunks,
                bytes: tree.bytes(ofChunks: chunks),
                hash: hash
            )
        )
        guard parents.first?.node.chunks == chunks, let parent = parents.popFirst() else { return }
        let middle = parent.node.baoTreeID + 1
        add(chunks.lowerBound..<middle, Self.text(parent.left), depth: depth + 1, isLast: false)
        add(middle..<chunks.upperBound, Self.text(parent.right), depth: depth + 1, isLast: true)
    }

    /// A chaining value is no digest, but looks the same.
    private static func text(_ value: BLAKE3Tree.ChainingValue) -> String {
        value.withBytes { BLAKE3Digest(copying: $0) }?.description ?? ""
    }
}
