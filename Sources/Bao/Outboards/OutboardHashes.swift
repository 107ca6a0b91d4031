// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// The hashes of an outboard where an encoder finds them quickly.
///
/// Memory: 80 bytes for each group, besides the outboard.
public struct OutboardHashes: Sendable {
    private let outboard: Outboard
    /// In pre-order.
    private let parents: [VerifiedParent]

    /// Computes all nodes of an outboard.
    public init(of outboard: Outboard) {
        var parents: [VerifiedParent] = []
        parents.reserveCapacity(outboard.groups.count + 64)
        outboard.forEachParent { parents.append($0) }
        self.parents = parents
        self.outboard = outboard
    }

    /// The children of a node over more than one group, or `nil` if they are not known.
    public subscript(_ node: TreeNode) -> VerifiedParent? {
        var low = 0
        var high = parents.count
        while low < high {
            let middle = (low + high) / 2
            if parents[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low < parents.count && parents[low].node == node ? parents[low] : nil
    }

    /// The hashes that an encoder has asked for, or `nil` if they are not all known.
    ///
    /// That is so if the outboard is not of the ranges that are encoded.
    public func bytes(for item: BaoItem) -> [UInt8]? {
        var bytes: [UInt8] = []
        switch item {
        case .parent(let node):
            guard let parent = self[node] else { return nil }
            parent.withBytes { bytes.append($0) }
        case .list(let node, let log, let count):
            let starts = stride(from: node.start, to: node.chunks.upperBound, by: 1 << log)
            for start in starts.suffix(count) {
                let end = min(start + 1 << UInt64(log), node.chunks.upperBound)
                let subtree = TreeNode(start: start, count: end - start)
                guard let value = outboard.value(of: subtree) else { return nil }
                value.withBytes { bytes.append($0) }
            }
        case .header, .sibling, .data:
            return nil
        }
        return bytes
    }
}
