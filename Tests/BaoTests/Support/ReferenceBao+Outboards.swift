// SPDX-License-Identifier: Apache-2.0

/// Outboards of chunk groups, which have no header.
extension ReferenceBao {
    /// The pairs of all parents over more than one group, each before those below it.
    func preOrderOutboard(groupLog: Int) -> [UInt8] {
        preOrder(of: root, groupLog: groupLog)
    }

    /// The pairs of all parents over more than one group, each after those below it.
    func postOrderOutboard(groupLog: Int) -> [UInt8] {
        postOrder(of: root, groupLog: groupLog)
    }

    private func preOrder(of node: Node, groupLog: Int) -> [UInt8] {
        guard let (left, right) = node.children, node.chunks.count > 1 << groupLog else {
            return []
        }
        return node.pair
            + preOrder(of: left, groupLog: groupLog) + preOrder(of: right, groupLog: groupLog)
    }

    private func postOrder(of node: Node, groupLog: Int) -> [UInt8] {
        guard let (left, right) = node.children, node.chunks.count > 1 << groupLog else {
            return []
        }
        return postOrder(of: left, groupLog: groupLog) + postOrder(of: right, groupLog: groupLog)
            + node.pair
    }
}

extension ReferenceBao {
    /// Where a parent over more than one group is in the tree and in outboards.
    struct Parent {
        let node: Node
        let groupLog: Int
        /// The number of nodes above.
        let depth: Int

        var groups: Range<Int> {
            let start = node.chunks.lowerBound >> groupLog
            return start..<start + ReferenceBao.count(of: node.chunks.count, by: 1 << groupLog)
        }

        /// The group at which the right child begins.
        var middle: Int { groups.lowerBound + ReferenceBao.leftCount(of: groups.count) }

        /// The number that bao-tree gives the node; it does not depend on the groups.
        var id: UInt64 { UInt64(middle << groupLog) - 1 }

        /// How many levels of parents are below the node in a tree without gaps.
        var level: Int { (~id).trailingZeroBitCount }

        /// The number of pairs before this one in a pre-order outboard.
        var preOrderIndex: Int {
            groups.lowerBound - groups.lowerBound.nonzeroBitCount + depth
        }

        /// The number of pairs before this one in a post-order outboard.
        var postOrderIndex: Int {
            groups.lowerBound - groups.lowerBound.nonzeroBitCount + groups.count - 2
        }
    }

    /// The parents whose pairs are in outboards, in pre-order.
    func parents(groupLog: Int) -> [Parent] {
        parents(from: root, depth: 0, groupLog: groupLog)
    }

    /// The number of the topmost parent, without a tree.
    static func rootID(groupCount: Int, groupLog: Int) -> UInt64 {
        var left = 1
        while left < (groupCount + 1) / 2 { left *= 2 }
        return UInt64(left << groupLog) - 1
    }

    private func parents(from node: Node, depth: Int, groupLog: Int) -> [Parent] {
        guard let (left, right) = node.children, node.chunks.count > 1 << groupLog else {
            return []
        }
        return [Parent(node: node, groupLog: groupLog, depth: depth)]
            + parents(from: left, depth: depth + 1, groupLog: groupLog)
            + parents(from: right, depth: depth + 1, groupLog: groupLog)
    }
}
