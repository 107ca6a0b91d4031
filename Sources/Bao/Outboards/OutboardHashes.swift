// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// The hashes of an outboard where an encoder finds them quickly.
///
/// Memory: 80 bytes for each group, besides the outboard.
public struct OutboardHashes: Sendable {
    private let outboard: Outboard
    /// In pre-order.
    private let parents: [VerifiedParent]
    /// Behind the node that was found last, as encoders ask for one after the other.
    private var cursor = 0

    /// Computes all nodes of an outboard.
    public init(of outboard: Outboard) {
        var parents: [VerifiedParent] = []
        parents.reserveCapacity(outboard.groups.count + 64)
        outboard.forEachParent { parents.append($0) }
        self.parents = parents
        self.outboard = outboard
    }

    /// The children of a node over more than one group, or `nil` if they are not known.
    ///
    /// The next node in pre-order is found at once, others in logarithmic time.
    public mutating func parent(_ node: TreeNode) -> VerifiedParent? {
        if cursor >= parents.count || parents[cursor].node != node { cursor = index(of: node) }
        guard cursor < parents.count, parents[cursor].node == node else { return nil }
        cursor += 1
        return parents[cursor - 1]
    }

    /// The index of the first node that is not before this one.
    private func index(of node: TreeNode) -> Int {
        parents.firstIndex(fromWhichOn: { !($0.node < node) })
    }

    /// The values of a list that an encoder has asked for, or `nil` if they are not all known.
    private func list(_ node: TreeNode, log: Int, count: Int) -> [UInt8]? {
        if log == outboard.tree.groupSize.log, node == outboard.tree.root, outboard.isComplete {
            return outboard.listBytes(last: count)
        }
        var bytes: [UInt8] = []
        let starts = stride(from: node.start, to: node.chunks.upperBound, by: 1 << log)
        for start in starts.suffix(count) {
            let end = min(start + 1 << UInt64(log), node.chunks.upperBound)
            guard let value = outboard.value(of: TreeNode(start: start, count: end - start))
            else { return nil }
            value.withBytes { bytes.append($0) }
        }
        return bytes
    }

    /// Calls `body` with the hashes that an encoder has asked for.
    ///
    /// Returns `nil` if they are not all known: then the outboard is not of the ranges that are
    /// encoded.
    public mutating func withBytes<R, E: Error>(
        for item: BaoItem,
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R? {
        switch item {
        case .parent(let node):
            guard let parent = parent(node) else { return nil }
            return try parent.withBytes(body)
        case .list(let node, let log, let count):
            guard let list = list(node, log: log, count: count) else { return nil }
            return try body(unsafe list.span.bytes)
        case .header, .sibling, .data:
            return nil
        }
    }
}
