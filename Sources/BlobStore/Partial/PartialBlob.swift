// SPDX-License-Identifier: Apache-2.0
public import Bao
public import NIOCore

/// A blob that is not complete: parts of it, kept by a service until the rest has come.
///
/// It counts as absent. Parts are kept as chunks under their own digests, so that an equal chunk of any
/// other blob is used and not kept twice. Whoever writes a part has checked it, or lets nobody see the
/// part before ``complete(with:)``, which does not take the writer's word for the whole.
///
/// One object is used by one fetch; what two of them keep of one blob at once is not lost, but may be
/// kept twice.
public protocol PartialBlob: AnyObject, Sendable {
    /// The bytes that are there.
    var parts: RangeSet<UInt64> { get }

    /// Keeps a chunk, a mebibyte at most, whose first byte is at `offset` of the blob.
    ///
    /// Does nothing if some of these bytes are there already.
    func write(_ chunk: ByteBuffer, at offset: UInt64) async throws(BlobError)

    /// Makes those chunks part of the blob that the service has already, from whatever other blob.
    func adopt(_ chunks: [PlacedChunk]) async throws(BlobError)

    /// Reads bytes that are there, from `position` on, as many as are in one chunk and no more than to
    /// `end`.
    ///
    /// They have been checked against the digest of their chunk. If they have gone or are damaged, they
    /// do not count as there any more, and the result is `nil`.
    func read(from position: UInt64, upTo end: UInt64) async throws(BlobError) -> ByteBuffer?

    /// Forgets the chunks that a range touches.
    func discard(_ range: Range<UInt64>) async throws(BlobError)

    /// Makes sure that what has been written is there after the process has been killed.
    ///
    /// What a crash of the machine then takes away is found missing.
    func flush() async throws(BlobError)

    /// Makes the blob visible, as durable as any other; all of it must be there.
    ///
    /// If there are no hashes of all groups of 16 KiB, the content is read and hashed once more. Fails
    /// with ``BlobError/Code-swift.enum/corrupt`` if it is another blob, which then stays partial.
    func complete(with outboard: Outboard?) async throws(BlobError)
}

/// A chunk and where it is in a blob.
public struct PlacedChunk: Hashable, Sendable {
    /// The chunk.
    public var chunk: ChunkReference

    /// The position of its first byte.
    public var offset: UInt64

    /// The bytes of the blob that it has.
    public var range: Range<UInt64> { offset..<offset + chunk.size }

    /// Places a chunk.
    ///
    /// - Precondition: it ends at 2^64 at most.
    public init(_ chunk: ChunkReference, at offset: UInt64) {
        precondition(chunk.size <= .max - offset, "the chunk ends beyond the largest blob")
        self.chunk = chunk
        self.offset = offset
    }
}
