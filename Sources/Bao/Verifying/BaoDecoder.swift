// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Checks an encoding as it arrives, and says what of it may be used.
///
/// The decoder does no input or output. It says what it needs ``next``, and takes that from the front
/// of what it is given:
///
/// ```swift
/// var decoder = BaoDecoder(digest)
/// while let item = decoder.next {
///     let input = try await source(for: item)             // at least item.byteCount bytes
///     guard let count = try decoder.accept(input) else { throw decoder.endedEarly }
///     if case .data(let range) = item { release(input[..<count], at: range.lowerBound) }
/// }
/// ```
///
/// So the same decoder reads an encoding in one piece, or an outboard beside its content. A second
/// group is taken along where the two are siblings and both are there: give more than the least
/// number of bytes if you can. Memory: one hash for each level of the tree, with
/// ``BaoForm/lists(runLog:)`` also the lists.
///
/// Bytes that were accepted are right and at their place. The size of the blob is another matter:
/// it is a claim (``claimedSize``) until the last chunk has been checked (``provenSize``).
///
/// Sources: Bao specification, "Decoder"; bao-tree for ranges and groups.
public struct BaoDecoder: Sendable {
    enum State: Sendable {
        case header
        case parents(ParentVerifier)
        case siblings(SiblingVerifier)
        case lists(ListVerifier)
        case failed(BaoError)
    }

    private let digest: BLAKE3Digest
    private let ranges: ChunkRanges
    private let groupSize: GroupSize
    private let form: BaoForm
    private let listLimit: Int
    var state = State.header
    private(set) var tree: HashTree?

    /// The size of the blob if it has been proven by its last chunk.
    public internal(set) var provenSize: UInt64?

    /// Decodes an encoding that begins with a header.
    ///
    /// - Parameters:
    ///   - digest: The digest of the blob, which everything is checked against.
    ///   - ranges: The chunks that were asked for; those who sent must have been asked for the same.
    ///   - groupSize: The size of the groups that the encoding was made with.
    ///   - form: How the hashes are arranged.
    ///   - listLimit: The most bytes of a list of hashes that are kept.
    public init(
        _ digest: BLAKE3Digest,
        ranges: ChunkRanges = .all,
        groupSize: GroupSize = .standard,
        form: BaoForm = .parents,
        listLimit: Int = BaoForm.standardListLimit
    ) {
        self.digest = digest
        self.ranges = ranges
        self.groupSize = groupSize
        self.form = form
        self.listLimit = listLimit
    }

    /// Decodes an encoding without header, of a blob of which someone has told the size.
    ///
    /// Throws ``BaoError/listTooLong(byteCount:limit:)`` if that size asks for too long a list.
    public init(
        _ digest: BLAKE3Digest,
        claimedSize: UInt64,
        ranges: ChunkRanges = .all,
        groupSize: GroupSize = .standard,
        form: BaoForm = .parents,
        listLimit: Int = BaoForm.standardListLimit
    ) throws(BaoError) {
        self.init(digest, ranges: ranges, groupSize: groupSize, form: form, listLimit: listLimit)
        try begin(size: claimedSize)
    }

    /// The size that the header, or who made the decoder, says; no more than a claim.
    public var claimedSize: UInt64? { tree?.size }

    /// What is needed next; `nil` at the end, and after an error.
    ///
    /// The content of an empty blob is an item too, of no bytes.
    public var next: BaoItem? {
        switch state {
        case .header: .header
        case .parents(let verifier): verifier.next
        case .siblings(let verifier): verifier.next
        case .lists(let verifier): verifier.next
        case .failed: nil
        }
    }

    /// What to throw if the input has ended before ``next`` is `nil`.
    public var endedEarly: BaoError {
        if case .failed(let error) = state { return error }
        return .endedEarly(next ?? .header)
    }

    /// Checks the next item, or some items of one kind, at the front of `input`.
    ///
    /// If the next item was ``BaoItem/data(_:)``, the bytes that are taken are content that may be
    /// used, from the beginning of its range on.
    ///
    /// - Parameters:
    ///   - input: What comes next; only as much of it as needed is read.
    ///   - verified: Called with each node whose children are known and checked now.
    /// - Returns: How many bytes were taken, or `nil` if `input` is shorter than the item; come again
    ///   with more.
    /// - Throws: Which item does not match, again with each call from then on.
    public mutating func accept(
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void = { _ in }
    ) throws(BaoError) -> Int? {
        let item = next
        do throws(BaoError) {
            let count = try take(input, verified)
            if let count, case .data(let range) = item, let tree,
                range.lowerBound + UInt64(count) == tree.size
            {
                provenSize = tree.size
            }
            return count
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func take(
        _ input: RawSpan,
        _ verified: (VerifiedParent) -> Void
    ) throws(BaoError) -> Int? {
        switch state {
        case .header:
            guard let size = BaoHeader.size(in: input) else { return nil }
            try begin(size: size)
            return BaoHeader.byteCount
        case .parents(var verifier):
            state = .header  // So that the verifier is not copied.
            defer { state = .parents(verifier) }
            return try verifier.accept(input, verified)
        case .siblings(var verifier):
            state = .header
            defer { state = .siblings(verifier) }
            return try verifier.accept(input, verified)
        case .lists(var verifier):
            state = .header
            defer { state = .lists(verifier) }
            return try verifier.accept(input, verified)
        case .failed(let error):
            throw error
        }
    }

    private mutating func begin(size: UInt64) throws(BaoError) {
        let tree = HashTree(size: size, groupSize: groupSize)
        let selection = ranges.selection(in: tree)
        switch form {
        case .parents:
            state = .parents(ParentVerifier(digest, tree, selection))
        case .siblings:
            state = .siblings(SiblingVerifier(digest, tree, selection))
        case .lists(let runLog):
            let limit = listLimit
            let verifier = try ListVerifier(digest, tree, selection, runLog: runLog, limit: limit)
            state = .lists(verifier)
        }
        self.tree = tree
    }
}
