// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import NIOCore

/// What a service knows about a blob without reading it.
public struct BlobInfo: Hashable, Sendable {
    /// The number of content bytes.
    public var size: UInt64

    /// The chunks of the blob in content order, or `nil` if they were not asked for.
    ///
    /// Empty means that the service keeps the blob in one piece. Otherwise the sizes add up to
    /// ``size``.
    public var chunks: [ChunkReference]?

    /// The hashes of the whole blob, if they were asked for and the service has them at hand.
    ///
    /// They have been checked against the digest. A large blob may come with hashes of large groups.
    public var outboard: Outboard?

    /// The content, if it was asked for and the service has it at hand; it has been checked.
    public var content: ByteBuffer?

    /// Whether ``chunks`` may be believed before the whole blob has been checked, since whoever named
    /// them is trusted.
    public var isTrusted = false

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
///
/// Whoever is going to read the blob asks for all of it at once: that saves a service in another place a
/// round trip or two. Hashes and content are left out by services to which they are no trouble later.
public struct StatOptions: Hashable, Sendable {
    /// Whether the list of chunks is wanted.
    ///
    /// It costs 40 bytes of memory for each chunk.
    public var chunks: Bool

    /// Whether the hashes of the blob are wanted, if they come in the same answer.
    ///
    /// They take a few MiB at most.
    public var outboard: Bool

    /// The largest blob, in bytes, whose content is wanted, if it comes in the same answer.
    public var inlineLimit: Int

    /// Creates options.
    public init(chunks: Bool = false, outboard: Bool = false, inlineLimit: Int = 0) {
        self.chunks = chunks
        self.outboard = outboard
        self.inlineLimit = inlineLimit
    }
}
