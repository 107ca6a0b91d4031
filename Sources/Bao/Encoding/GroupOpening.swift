// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// What is sent of a group of which not everything is wanted, or which is to be sent in smaller
/// groups: the nodes inside it, which no outboard has, are computed from its content.
struct GroupOpening: Sendable {
    /// The chunks to be sent.
    let selection: ChunkRanges
    /// The size of the groups that are sent as one.
    let groupSize: GroupSize
    /// Whether both children of each node are sent, or only the one that does not follow from the rest.
    let sendsBoth: Bool

    /// Sends what is wanted of the content under a node.
    func open(_ node: TreeNode, _ content: RawSpan, _ send: (RawSpan) -> Void) {
        guard selection.intersects(node.chunks) else { return }
        if selection.isLeaf(node, groupSize) { return send(content) }
        let middle = Int(node.left.count) << 10
        let left = content.extracting(first: middle)
        let right = content.extracting(droppingFirst: middle)
        VerifiedParent(node: node, left: value(node.left, left), right: value(node.right, right))
            .withBytes { self.send($0, of: node, send) }
        open(node.left, left, send)
        open(node.right, right, send)
    }

    private func value(_ node: TreeNode, _ content: RawSpan) -> ChainingValue {
        BLAKE3Tree.chainingValue(of: content, at: .init(rawValue: node.start))
    }

    /// Sends the children of a node, or one of them.
    func send(_ pair: RawSpan, of node: TreeNode, _ send: (RawSpan) -> Void) {
        if sendsBoth { return send(pair) }
        // What is on the way down to the next content is computed from that.
        let goesLeft = selection.intersects(node.left.chunks)
        let count = ChainingValue.byteCount
        send(goesLeft ? pair.extracting(last: count) : pair.extracting(first: count))
    }
}
