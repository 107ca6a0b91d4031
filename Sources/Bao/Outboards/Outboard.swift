// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// The chaining values that check the groups of a blob, or of a part of it, apart from its content.
///
/// An outboard is made only of hashes that lead up to the digest, so that groups can be checked with
/// it one by one, in any order, wherever they come from. That says nothing about the size of the
/// blob: a false size and shape may lead to the same digest, but no content then fits the last group.
///
/// Memory: 32 bytes for each group that it checks, and for each level of the tree.
public struct Outboard: Hashable, Sendable {
    /// The digest of the blob.
    public let digest: BLAKE3Digest

    /// The shape of the tree, which follows from the claimed size.
    public let tree: HashTree

    /// The groups that can be checked.
    public let groups: Range<UInt64>

    /// The chaining values of `groups`; none if the blob is a single group.
    let values: [ChainingValue]
    let outside: [TreeNode: ChainingValue]
    /// The nodes that are partly inside, by themselves; those inside are computed from `values`.
    let path: [TreeNode: VerifiedParent]

    /// Checks values against the digest.
    ///
    /// - Parameters:
    ///   - digest: The digest of the blob.
    ///   - tree: The shape that someone claims.
    ///   - groups: Which groups are to be checked; all, if it is `nil`.
    ///   - values: The values of the nodes that ``HashTree/outboardNodes(for:)`` names, as
    ///     ``values(for:)`` gives them; none if the blob is a single group.
    /// - Throws: ``BaoError`` if the values are too many or few, or do not lead to the digest.
    public init(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        groups: Range<UInt64>? = nil,
        values: [BLAKE3Tree.ChainingValue]
    ) throws(BaoError) {
        let groups = (groups ?? 0..<tree.groupCount).clamped(to: 0..<tree.groupCount)
        let frontier = OutboardFrontier(of: tree, groups: groups)
        let (left, right) = (frontier.left, frontier.right)
        let count = tree.groupCount == 1 ? 0 : left.count + groups.count + right.count
        guard values.count == count else {
            throw .wrongLength(
                byteCount: UInt64(values.count) * 32,
                expected: UInt64(count) * 32
            )
        }
        self.digest = digest
        self.tree = tree
        self.groups = groups
        if count == 0 {
            (self.values, outside, path) = ([], [:], [:])
            return
        }
        self.values =
            left.isEmpty && right.isEmpty
            ? values : Array(values[left.count..<left.count + groups.count])
        outside = Dictionary(
            zip(left + right, values.prefix(left.count) + values.suffix(right.count))
        ) { $1 }
        path = try Self.path(digest, tree, groups, frontier, self.values, outside)
    }

    /// Computes the nodes on the path and compares the uppermost with the digest.
    private static func path(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        _ groups: Range<UInt64>,
        _ frontier: OutboardFrontier,
        _ values: [ChainingValue],
        _ outside: [TreeNode: ChainingValue]
    ) throws(BaoError) -> [TreeNode: VerifiedParent] {
        let count = values.count + outside.count
        let wrong = BaoError.mismatch(.list(tree.root, log: tree.groupSize.log, count: count))
        // Beside no groups at all there may be nothing but the root, which has no chaining value.
        guard outside[tree.root] == nil else { throw wrong }
        var known = outside
        for node in frontier.inside {
            let values = Self.values(under: node, tree, groups, values)
            if node == tree.root {
                let expected = Expected(node: node, hash: .digest(digest))
                guard expected.matches(values) else { throw wrong }
                return [:]
            }
            known[node] = BLAKE3Tree.chainingValue(over: values)
        }
        var path: [TreeNode: VerifiedParent] = [:]
        for node in frontier.path {
            guard let left = known[node.left], let right = known[node.right] else { throw wrong }
            path[node] = VerifiedParent(node: node, left: left, right: right)
            if node == tree.root {
                guard BLAKE3Tree.root(of: left, right) == digest else { throw wrong }
            } else {
                known[node] = BLAKE3Tree.parent(of: left, right)
            }
        }
        return path
    }

    /// Those of `values` that are of groups under a node.
    static func values(
        under node: TreeNode,
        _ tree: HashTree,
        _ groups: Range<UInt64>,
        _ values: [ChainingValue]
    ) -> [ChainingValue] {
        let first = Int(node.start >> UInt64(tree.groupSize.log) - groups.lowerBound)
        let count = Int(tree.groupCount(of: node))
        return count == values.count ? values : Array(values[first..<first + count])
    }

    /// Whether every group of the blob can be checked.
    public var isComplete: Bool { groups == 0..<tree.groupCount }
}

extension Outboard {
    /// Checks whole groups that follow one another, the first of which is number `group`.
    ///
    /// Only the last group of the blob may be short. Costs as much as hashing the bytes.
    ///
    /// - Precondition: the groups are all among ``groups``, and `bytes` are as many as these have.
    public func check(_ bytes: RawSpan, at group: UInt64) throws(BaoError) {
        let count = UInt64(max(bytes.byteCount - 1, 0) / tree.groupSize.byteCount + 1)
        let checked = group..<group + count
        precondition(
            groups.lowerBound <= group && checked.upperBound <= groups.upperBound
                && tree.bytes(ofGroups: checked).count == bytes.byteCount,
            "these bytes are no whole groups of this outboard"
        )
        guard tree.groupCount > 1 else {
            guard BLAKE3Digest(hashing: bytes) == digest else {
                throw .mismatch(.data(tree.bytes(ofGroups: checked)))
            }
            return
        }
        let found = BLAKE3Tree.groupChainingValues(
            of: bytes,
            at: .init(rawValue: tree.chunks(ofGroups: checked).lowerBound),
            groupLog: tree.groupSize.log
        )
        let offset = Int(group - groups.lowerBound)
        for (index, value) in found.enumerated() where value != values[offset + index] {
            let group = group + UInt64(index)
            throw .mismatch(.data(tree.bytes(ofGroups: group..<group + 1)))
        }
    }

    /// Calls `body` with each node over more than one group whose children are known.
    ///
    /// If the outboard is complete, these are the nodes of a stored outboard.
    public func forEachParent(
        _ order: NodeOrder = .preOrder,
        _ body: (VerifiedParent) -> Void
    ) {
        if !values.isEmpty { visit(tree.root, order, body) }
    }

    private func visit(_ node: TreeNode, _ order: NodeOrder, _ body: (VerifiedParent) -> Void) {
        if let parent = path[node] {
            if order == .preOrder { body(parent) }
            visit(node.left, order, body)
            visit(node.right, order, body)
            if order == .postOrder { body(parent) }
        } else if outside[node] == nil {
            levels(under: node).forEach(order, body)
        }
    }

    private func levels(under node: TreeNode) -> ParentLevels {
        let values = Self.values(under: node, tree, groups, values)
        return ParentLevels(of: values, under: node, subtreeLog: UInt64(tree.groupSize.log))
    }
}
