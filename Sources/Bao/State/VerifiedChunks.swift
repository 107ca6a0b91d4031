// SPDX-License-Identifier: Apache-2.0

/// Which chunks of a blob are there and have been checked, while the rest is missing.
///
/// Keep it beside the bytes: first the bytes are made durable, then this is written.
public struct VerifiedChunks: Hashable, Sendable {
    /// The chunks that have been checked.
    public private(set) var chunks: ChunkRanges

    /// The size that was claimed when the chunk nearest to the end was checked.
    ///
    /// It is proven only if ``provenSize`` is not `nil`.
    public private(set) var claimedSize: UInt64

    /// Nothing has been checked.
    public init() {
        chunks = ChunkRanges()
        claimedSize = 0
    }

    init(chunks: ChunkRanges, claimedSize: UInt64) {
        self.chunks = chunks
        self.claimedSize = claimedSize
    }

    /// The size of the blob if its last chunk has been checked.
    public var provenSize: UInt64? {
        chunks.contains(HashTree(size: claimedSize).chunkCount - 1) ? claimedSize : nil
    }

    /// Whether all of the blob is there.
    public var isComplete: Bool {
        chunks.isSuperset(of: 0..<HashTree(size: claimedSize).chunkCount)
    }

    /// Adds content that has been checked against a tree of the claimed size.
    ///
    /// `bytes` are whole chunks, but for the last chunk of the blob, as a decoder releases them.
    public mutating func insert(_ bytes: Range<UInt64>, claimedSize: UInt64) {
        let tree = HashTree(size: claimedSize)
        // The only chunk of an empty blob has no bytes.
        let added =
            bytes.isEmpty && claimedSize == 0
            ? ChunkRanges(0..<1)
            : ChunkRanges(touchingBytes: bytes.clamped(to: 0..<claimedSize))
        merge(VerifiedChunks(chunks: added.selection(in: tree), claimedSize: claimedSize))
    }

    /// Adds what someone else has checked of the same blob.
    ///
    /// If the claims differ, that of the chunk nearest to the end is kept: checked content cannot lie
    /// behind the end.
    public mutating func merge(_ other: VerifiedChunks) {
        if provenSize == nil {
            let claim = (end, claimedSize)
            let otherClaim = (other.end, other.claimedSize)
            if other.provenSize != nil || claim < otherClaim { claimedSize = other.claimedSize }
        }
        chunks = chunks.union(other.chunks)
    }

    /// Where the last chunk that has been checked ends.
    private var end: UInt64 { chunks.boundaries.last ?? 0 }

    /// What of `wanted` is still to be asked for.
    ///
    /// Open to the right as long as the size is not proven, so that the answer proves it.
    public func missing(of wanted: ChunkRanges = .all) -> ChunkRanges {
        guard let size = provenSize else { return wanted.subtracting(chunks) }
        return wanted.selection(in: HashTree(size: size)).subtracting(chunks)
    }

    /// The groups that can be handed on: those of which every chunk is there.
    ///
    /// Who keeps an outboard has no hashes for parts of groups.
    public func wholeGroups(of groupSize: GroupSize = .standard) -> ChunkRanges {
        chunks.roundedIn(to: HashTree(size: claimedSize, groupSize: groupSize))
    }
}
