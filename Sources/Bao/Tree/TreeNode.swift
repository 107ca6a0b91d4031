// SPDX-License-Identifier: Apache-2.0

/// A node of a hash tree, named by the chunks of 1024 bytes under it.
public struct TreeNode: Hashable, Sendable {
    /// The index of the first chunk.
    public let start: UInt64

    /// The number of chunks, at least one.
    public let count: UInt64

    init(start: UInt64, count: UInt64) {
        self.start = start
        self.count = count
    }

    /// The chunks under the node.
    public var chunks: Range<UInt64> { start..<start + count }

    /// The number that bao-tree gives to a node of at least two chunks: that of the last chunk under
    /// its left child.
    public var baoTreeID: UInt64 { start + leftCount - 1 }

    /// The left child of a node of at least two chunks.
    var left: TreeNode { TreeNode(start: start, count: leftCount) }

    /// The right child of a node of at least two chunks.
    var right: TreeNode { TreeNode(start: start + leftCount, count: count - leftCount) }

    /// The largest power of two below the number of chunks (BLAKE3 paper, section 2.1).
    private var leftCount: UInt64 {
        precondition(count > 1, "a chunk has no children")
        return 1 << UInt64(UInt64.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}

extension TreeNode: Comparable {
    /// Orders as nodes are met in pre-order.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.start != rhs.start ? lhs.start < rhs.start : lhs.count > rhs.count
    }
}
