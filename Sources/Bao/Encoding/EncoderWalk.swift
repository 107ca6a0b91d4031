// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// Goes through a tree from the root down and checks what is to be sent of it.
///
/// Up to 512 KiB of content that is wanted as a whole are taken at once: the hashes in between follow
/// from it.
struct EncoderWalk: Sendable {
    private static let maximumChunkCount: UInt64 = 512

    private let tree: HashTree
    private let opening: GroupOpening
    private var stack: [Expected]

    init(_ digest: BLAKE3Digest, _ tree: HashTree, _ opening: GroupOpening) {
        self.tree = tree
        self.opening = opening
        stack = opening.selection.isEmpty ? [] : [Expected(node: tree.root, hash: .digest(digest))]
    }

    /// What is needed next.
    var next: BaoItem? {
        guard let node = stack.last?.node else { return nil }
        return isLeaf(node) ? .data(tree.bytes(of: node)) : .parent(node)
    }

    private func isLeaf(_ node: TreeNode) -> Bool {
        tree.isWithinGroup(node)
            || node.count <= Self.maximumChunkCount
                && opening.selection.isSuperset(of: node.chunks)
    }

    /// Checks the next item and sends what is to be sent of it.
    mutating func accept(
        _ input: RawSpan,
        _ send: (RawSpan) -> Void
    ) throws(BaoError) -> Int? {
        guard let expected = stack.last, let item = next, input.byteCount >= item.byteCount
        else { return nil }
        if item.isData {
            try sendContent(input, of: expected, item, send)
            stack.removeLast()
        } else {
            let left = ChainingValue(in: input, at: 0)
            let right = ChainingValue(in: input, at: ChainingValue.byteCount)
            guard expected.matches(left, right) else { throw .mismatch(item) }
            stack.removeLast()
            push(expected.node.right, right)
            push(expected.node.left, left)
            opening.send(input.extracting(first: item.byteCount), of: expected.node, send)
        }
        return item.byteCount
    }

    private mutating func push(_ node: TreeNode, _ value: ChainingValue) {
        if opening.selection.intersects(node.chunks) {
            stack.append(Expected(node: node, hash: .value(value)))
        }
    }

    private func sendContent(
        _ input: RawSpan,
        of expected: Expected,
        _ item: BaoItem,
        _ send: (RawSpan) -> Void
    ) throws(BaoError) {
        let content = input.extracting(first: item.byteCount)
        guard !tree.isWithinGroup(expected.node) else {
            guard expected.matches(content) else { throw .mismatch(item) }
            return opening.open(expected.node, content, send)
        }
        let values = BLAKE3Tree.groupChainingValues(
            of: content,
            at: .init(rawValue: expected.node.start),
            groupLog: tree.groupSize.log,
            following: input.byteCount - content.byteCount
        )
        let log = UInt64(tree.groupSize.log)
        let levels = ParentLevels(of: values, under: expected.node, subtreeLog: log)
        guard let children = levels.children, expected.matches(children.left, children.right)
        else { throw .mismatch(item) }
        var sent = expected.node.start
        levels.forEach(.preOrder) { parent in
            sendGroups(sent..<parent.node.start, content, under: expected.node, send)
            sent = max(sent, parent.node.start)
            parent.withBytes { opening.send($0, of: parent.node, send) }
        }
        sendGroups(sent..<expected.node.chunks.upperBound, content, under: expected.node, send)
    }

    /// Sends groups that are wanted as a whole.
    private func sendGroups(
        _ chunks: Range<UInt64>,
        _ content: RawSpan,
        under node: TreeNode,
        _ send: (RawSpan) -> Void
    ) {
        let start = tree.bytes(of: node).lowerBound
        // Smaller groups are opened one by one.
        let isWhole = opening.groupSize == tree.groupSize
        let step = isWhole ? max(UInt64(chunks.count), 1) : tree.groupSize.chunkCount
        for first in stride(from: chunks.lowerBound, to: chunks.upperBound, by: Int(step)) {
            let part = TreeNode(start: first, count: min(step, chunks.upperBound - first))
            let bytes = tree.bytes(of: part)
            let range = Int(bytes.lowerBound - start)..<Int(bytes.upperBound - start)
            if isWhole {
                send(content.extracting(range))
            } else {
                opening.open(part, content.extracting(range), send)
            }
        }
    }
}
