// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

extension Outboard {
    /// The chaining value of a node other than the root, or `nil` if it cannot be computed from what
    /// is known.
    public func value(of node: TreeNode) -> BLAKE3Tree.ChainingValue? {
        if let value = outside[node] { return value }
        if let parent = path[node] { return BLAKE3Tree.parent(of: parent.left, parent.right) }
        let chunks = tree.chunks(ofGroups: groups)
        guard !values.isEmpty, node != tree.root, !tree.isWithinGroup(node) || isGroup(node),
            chunks.lowerBound <= node.start, node.chunks.upperBound <= chunks.upperBound
        else { return nil }
        return BLAKE3Tree.chainingValue(over: Self.values(under: node, tree, groups, values))
    }

    private func isGroup(_ node: TreeNode) -> Bool {
        let group = node.start >> UInt64(tree.groupSize.log)
        return tree.chunks(ofGroups: group..<group + 1) == node.chunks
    }

    /// The values that another outboard is made of, for groups that are among ``groups``; `nil` for
    /// others.
    ///
    /// For all groups this is the list of their chaining values.
    public func values(for groups: Range<UInt64>) -> [BLAKE3Tree.ChainingValue]? {
        guard self.groups.lowerBound <= groups.lowerBound,
            groups.upperBound <= self.groups.upperBound
        else { return nil }
        if values.isEmpty { return [] }
        let frontier = OutboardFrontier(of: tree, groups: groups)
        let first = Int(groups.lowerBound - self.groups.lowerBound)
        let left = frontier.left.compactMap(value(of:))
        let right = frontier.right.compactMap(value(of:))
        return left + values[first..<first + groups.count] + right
    }

    /// The part of the outboard that checks these groups, which must be among ``groups``.
    public func narrowed(to groups: Range<UInt64>) throws(BaoError) -> Outboard {
        if groups == self.groups { return self }
        return try Outboard(digest, tree, groups: groups, values: values(for: groups) ?? [])
    }

    /// The chaining values of runs of 2^`runLog` groups, as if each were one larger group; none if the
    /// blob is a single run.
    ///
    /// Returns `nil` unless ``groups`` are whole runs.
    public func values(ofRuns runLog: Int) -> [BLAKE3Tree.ChainingValue]? {
        let log = UInt64(max(runLog, 0))
        guard log < 54, groups.lowerBound.isMultiple(of: 1 << log),
            groups.upperBound.isMultiple(of: 1 << log) || groups.upperBound == tree.groupCount
        else { return nil }
        if tree.groupCount <= 1 << log { return [] }
        var values: [BLAKE3Tree.ChainingValue] = []
        var start = groups.lowerBound
        while start < groups.upperBound {
            let end = min(start + 1 << log, groups.upperBound)
            let chunks = tree.chunks(ofGroups: start..<end)
            let node = TreeNode(start: chunks.lowerBound, count: UInt64(chunks.count))
            guard let value = value(of: node) else { return nil }
            values.append(value)
            start = end
        }
        return values
    }
}
