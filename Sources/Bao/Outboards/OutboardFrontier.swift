// SPDX-License-Identifier: Apache-2.0

/// The nodes whose chaining values check a range of groups: the groups themselves, and the largest
/// subtrees that cover the rest of the blob.
struct OutboardFrontier: Hashable, Sendable {
    /// The subtrees before the groups.
    private(set) var left: [TreeNode] = []
    /// The subtrees behind the groups.
    private(set) var right: [TreeNode] = []
    /// The largest nodes over nothing but groups of the range.
    private(set) var inside: [TreeNode] = []
    /// The nodes that are partly inside, each behind those below it.
    private(set) var path: [TreeNode] = []

    /// Finds the nodes for `groups`, which must be some of the tree.
    init(of tree: HashTree, groups: Range<UInt64>) {
        visit(tree.root, tree.chunks(ofGroups: groups))
    }

    private mutating func visit(_ node: TreeNode, _ chunks: Range<UInt64>) {
        if node.chunks.upperBound <= chunks.lowerBound {
            left.append(node)
        } else if node.chunks.lowerBound >= chunks.upperBound {
            right.append(node)
        } else if chunks.lowerBound <= node.start, node.chunks.upperBound <= chunks.upperBound {
            inside.append(node)
        } else {
            visit(node.left, chunks)
            visit(node.right, chunks)
            path.append(node)
        }
    }
}

extension HashTree {
    /// The nodes whose chaining values make an outboard that checks a range of groups.
    ///
    /// First the largest subtrees before these groups, then the groups, then the largest subtrees
    /// behind them. A blob of a single group needs none.
    public func outboardNodes(for groups: Range<UInt64>) -> [TreeNode] {
        if groupCount == 1 { return [] }
        let frontier = OutboardFrontier(of: self, groups: groups)
        let nodes = groups.map { group in
            let chunks = chunks(ofGroups: group..<group + 1)
            return TreeNode(start: chunks.lowerBound, count: UInt64(chunks.count))
        }
        return frontier.left + nodes + frontier.right
    }
}
