// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// What a service knows about a blob without reading it.
public struct BlobInfo: Hashable, Sendable {
    /// The number of content bytes.
    public var size: UInt64

    /// The chunks of the blob in content order, or `nil` if they were not asked for.
    ///
    /// Empty means that the service keeps the blob in one piece. Otherwise the sizes add up to
    /// ``size``.
    public var chunks: [ChunkReference]?

    /// Creates an info value.
    public init(size: UInt64, chunks: [ChunkReference]? = nil) {
        self.size = size
        self.chunks = chunks
    }
}

/// One piece of a blob, itself a blob that can be read by its digest.
public struct ChunkReference: Hashable, Sendable {
    /// The digest of the piece.
    public var digest: BLAKE3Digest

    /// The number of content bytes in the piece, never zero.
    public var size: UInt64

    /// Creates a reference.
    public init(digest: BLAKE3Digest, size: UInt64) {
        self.digest = digest
        self.size = size
    }
}

/// What a caller wants to know besides the size of a blob.
public struct StatOptions: Hashable, Sendable {
    /// Whether the list of chunks is wanted.
    ///
    /// It costs 40 bytes of memory for each chunk.
    public var chunks: Bool

    /// Creates options.
    public init(chunks: Bool = false) {
        self.chunks = chunks
    }
}
