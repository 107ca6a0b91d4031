// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Makes an encoding of a blob, or of any ranges of it, from an outboard and the content.
///
/// Like ``BaoDecoder`` it does no input or output: it says what it needs ``next``, takes that, and
/// hands on what is to be sent. What it takes is checked, so that damage is noticed by the sender:
///
/// ```swift
/// var encoder = try BaoEncoder(digest, tree)
/// while let item = encoder.next {
///     if case .data(let range) = item {
///         _ = try encoder.accept(content[range]) { send($0) }
///     } else {
///         _ = try hashes.withBytes(for: item) { try encoder.accept($0) { send($0) } }
///     }
/// }
/// ```
///
/// The hashes asked for are those of ``BaoItem/parent(_:)``, both children of a node, or
/// ``BaoItem/list(_:log:count:)``, whatever is sent; ``OutboardHashes`` has them. The content asked for
/// is that of whole groups, up to 512 KiB. A header, if there is to be one, is sent before
/// (``BaoHeader``).
///
/// Memory: one hash for each level of the tree, and the lists of ``BaoForm/lists(runLog:)``.
public struct BaoEncoder: Sendable {
    private enum State: Sendable {
        case tree(EncoderWalk)
        case lists(ListVerifier)
        case busy
    }

    private var state: State

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
        switch form {
        case .parents, .siblings:
            let opening = GroupOpening(
                selection: selection,
                groupSize: groupSize,
                sendsBoth: form == .parents
            )
            state = .tree(EncoderWalk(digest, tree, opening))
        case .lists(let runLog):
            let limit = listLimit
            state = .lists(
                try ListVerifier(digest, tree, selection, runLog: runLog, limit: limit)
            )
        }
    }

    /// What is needed next, or `nil` at the end.
    public var next: BaoItem? {
        switch state {
        case .tree(let walk): walk.next
        case .lists(let verifier): verifier.next
        case .busy: nil
        }
    }

    /// Checks the next item at the front of `input` and calls `send` with what is to be sent of it.
    ///
    /// What is sent are parts of `input`, and hashes that follow from it.
    ///
    /// - Parameters:
    ///   - input: What ``next`` asks for; only as much of it as needed is read.
    ///   - send: Called with the next bytes of the encoding.
    /// - Returns: How many bytes were taken, or `nil` if `input` is shorter than the item.
    /// - Throws: Which item does not match. The encoder is of no more use then.
    public mutating func accept(
        _ input: RawSpan,
        _ send: (RawSpan) -> Void
    ) throws(BaoError) -> Int? {
        let current = state
        state = .busy  // So that what it holds is not copied.
        switch consume current {
        case .lists(var verifier):
            defer { state = .lists(verifier) }
            guard let count = try verifier.accept(input, { _ in }) else { return nil }
            send(input.extracting(first: count))
            return count
        case .tree(var walk):
            defer { state = .tree(walk) }
            return try walk.accept(input, send)
        case .busy:
            return nil
        }
    }
}
