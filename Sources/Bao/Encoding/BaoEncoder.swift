// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Makes an encoding of a blob, or of any ranges of it, from an outboard and the content.
///
/// Like ``BaoDecoder`` it does no input or output: it says what it needs ``next``, takes that, and
/// hands on what is to be sent. What it takes is checked, so that damage is noticed by the sender:
///
/// ```swift
/// var encoder = BaoEncoder(digest, tree)
/// while let item = encoder.next {
///     let count = switch item {
///     case .data(let range): try encoder.accept(content[range]) { send($0) }
///     default: try hashes.withBytes(for: item) { try encoder.accept($0) { send($0) } }
///     }
///     …
/// }
/// ```
///
/// The hashes asked for are always those of ``BaoItem/parent(_:)``, both children of a node over more
/// than one group, or ``BaoItem/list(_:count:)``, whatever is sent; ``OutboardHashes`` has them. The
/// content asked for is that of whole groups. A header, if there is to be one, is sent before
/// (``BaoHeader``).
///
/// Memory: one hash for each level of the tree, and the lists of ``BaoForm/lists(runLog:)``.
public struct BaoEncoder: Sendable {
    private enum Verifier: Sendable {
        case parents(ParentVerifier)
        case lists(ListVerifier)
    }

    private let tree: HashTree
    private let selection: ChunkRanges
    private let opening: GroupOpening
    private var verifier: Verifier

    /// Prepares an encoding.
    ///
    /// - Parameters:
    ///   - digest: The digest of the blob.
    ///   - tree: Its shape, with the groups that the outboard has.
    ///   - ranges: The chunks asked for.
    ///   - groupSize: The size of the groups in the encoding, that of the outboard or smaller;
    ///     `nil` for that of the outboard. Lists always have the groups of the outboard.
    ///   - form: How the hashes are arranged.
    ///   - listLimit: The most bytes of a list of hashes that are kept.
    /// - Throws: ``BaoError/listTooLong(byteCount:limit:)``.
    public init(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        ranges: ChunkRanges = .all,
        groupSize: GroupSize? = nil,
        form: BaoForm = .parents,
        listLimit: Int = BaoForm.standardListLimit
    ) throws(BaoError) {
        let groupSize = groupSize ?? tree.groupSize
        precondition(groupSize.log <= tree.groupSize.log, "the outboard has no such small groups")
        let selection = ranges.selection(in: tree)
        self.tree = tree
        self.selection = selection
        opening = GroupOpening(
            selection: selection,
            groupSize: groupSize,
            sendsBoth: form != .siblings
        )
        switch form {
        case .parents, .siblings:
            verifier = .parents(ParentVerifier(digest, tree, selection, opensGroups: false))
        case .lists(let runLog):
            verifier = .lists(
                try ListVerifier(digest, tree, selection, runLog: runLog, limit: listLimit)
            )
        }
    }

    /// What is needed next, or `nil` at the end.
    public var next: BaoItem? {
        switch verifier {
        case .parents(let verifier): verifier.next
        case .lists(let verifier): verifier.next
        }
    }

    /// Checks the next item at the front of `input` and calls `send` with what is to be sent of it.
    ///
    /// What is sent are parts of `input`, and of groups that are not sent as a whole also hashes.
    /// Returns how many bytes were taken, or `nil` if the item is not whole. After an error the
    /// encoder is of no more use.
    public mutating func accept(
        _ input: RawSpan,
        _ send: (RawSpan) -> Void
    ) throws(BaoError) -> Int? {
        switch verifier {
        case .lists(var lists):
            defer { verifier = .lists(lists) }
            guard let count = try lists.accept(input, { _ in }) else { return nil }
            send(input.extracting(first: count))
            return count
        case .parents(var parents):
            defer { verifier = .parents(parents) }
            guard let node = parents.top, let count = try parents.accept(input, { _ in })
            else { return nil }
            let taken = input.extracting(first: count)
            if tree.isWithinGroup(node) {
                sendGroups(from: node.start, taken, send)
            } else {
                opening.send(taken, of: node, send)
            }
            return count
        }
    }

    /// Sends one group, or two that are siblings.
    private func sendGroups(from chunk: UInt64, _ content: RawSpan, _ send: (RawSpan) -> Void) {
        let end = chunk + UInt64(max(content.byteCount - 1, 0) >> 10 + 1)
        if opening.isWhole(chunk..<end) { return send(content) }
        var rest = content
        var start = chunk
        while start < end {
            let count = min(end - start, tree.groupSize.chunkCount)
            let byteCount = min(rest.byteCount, tree.groupSize.byteCount)
            let node = TreeNode(start: start, count: count)
            opening.open(node, rest.extracting(first: byteCount), send)
            rest = rest.extracting(droppingFirst: byteCount)
            start += count
        }
    }
}
