// SPDX-License-Identifier: Apache-2.0

/// A part of an encoding, as it follows from the claimed size and the ranges asked for.
public enum BaoItem: Hashable, Sendable {
    /// The size of the blob: 8 bytes.
    case header
    /// The chaining values of both children of a node: 64 bytes.
    case parent(TreeNode)
    /// The chaining value of one child of a node, the one that cannot be computed from what follows
    /// at once: 32 bytes.
    case sibling(TreeNode)
    /// The last `count` of the list of chaining values of the subtrees of 2^`log` chunks under a node:
    /// 32 bytes each.
    case list(TreeNode, log: Int, count: Int)
    /// Content, by its place in the blob.
    case data(Range<UInt64>)

    /// The least number of bytes that bring it on.
    public var byteCount: Int {
        switch self {
        case .header: 8
        case .parent: 64
        case .sibling, .list: 32
        case .data(let range): range.count
        }
    }

    /// Whether it is content of the blob, and not a hash or the size.
    public var isData: Bool {
        if case .data = self { true } else { false }
    }
}

extension BaoItem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .header: "the size"
        case .parent(let node): "the hash pair of node \(node.baoTreeID) (\(Self.text(node)))"
        case .sibling(let node): "the hash of node \(node.baoTreeID) (\(Self.text(node)))"
        case .list(let node, _, _): "the hash list of \(Self.text(node))"
        case .data(let range): "the data of bytes \(range.lowerBound)..<\(range.upperBound)"
        }
    }

    private static func text(_ node: TreeNode) -> String {
        "chunks \(node.chunks.lowerBound)..<\(node.chunks.upperBound)"
    }
}
