// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// In which order the nodes of a tree are met.
public enum NodeOrder: Hashable, Sendable {
    /// A node, then its left and its right subtree.
    case preOrder
    /// The left subtree of a node, the right one, then the node.
    case postOrder
}

/// The nodes above a list of chaining values, level by level.
struct ParentLevels: Sendable {
    /// The values given, then those of each level above, up to the last with two values.
    private let levels: [[ChainingValue]]
    private let top: TreeNode
    private let subtreeLog: UInt64

    /// Computes the nodes between `node` and the values of its subtrees of 2^`subtreeLog` chunks.
    init(of values: [ChainingValue], under node: TreeNode, subtreeLog: UInt64) {
        var levels = [values]
        while let last = levels.last, last.count > 2 {
            levels.append(BLAKE3Tree.parents(of: last))
        }
        self.levels = levels
        self.subtreeLog = subtreeLog
        top = node
    }

    /// The children of the uppermost node, if it has any.
    var children: (left: ChainingValue, right: ChainingValue)? {
        guard let last = levels.last, last.count == 2 else { return nil }
        return (last[0], last[1])
    }

    /// Calls `body` with each node.
    func forEach(_ order: NodeOrder = .preOrder, _ body: (VerifiedParent) -> Void) {
        visit(levels.count, 0, order, body)
    }

    private func visit(
        _ level: Int,
        _ index: Int,
        _ order: NodeOrder,
        _ body: (VerifiedParent) -> Void
    ) {
        guard level > 0 else { return }
        let children = levels[level - 1]
        guard 2 * index + 1 < children.count else {
            // An odd last node is the same on both levels.
            return visit(level - 1, 2 * index, order, body)
        }
        let log = subtreeLog + UInt64(level)
        let start = top.start + UInt64(index) << log
        let parent = VerifiedParent(
            node: TreeNode(start: start, count: min(1 << log, top.start + top.count - start)),
            left: children[2 * index],
            right: children[2 * index + 1]
        )
        if order == .preOrder { body(parent) }
        visit(level - 1, 2 * index, order, body)
        visit(level - 1, 2 * index + 1, order, body)
        if order == .postOrder { body(parent) }
    }
}
