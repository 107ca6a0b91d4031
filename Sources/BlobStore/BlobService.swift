// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao

/// Keeps immutable byte strings under the BLAKE3 digest of their content.
///
/// A blob is named by its content and by nothing else, so it never changes, it needs no versions,
/// and whoever reads it can check it. Services compose: a cache in front of a list of remotes is
/// itself a `BlobService`.
///
/// A backend implements the first three requirements. The others have correct defaults, slow or
/// without an answer, that a backend overrides when it can do better, and that a wrapper forwards (see
/// ``WrappingBlobService``).
///
/// Two rules hold for every implementation and are checked by the shared rules of
/// `BlobStoreTesting`: absence is `nil`, never an error, and the empty blob always exists.
public protocol BlobService: Sendable {
    /// Returns what is known about a blob, or `nil` if the service does not have it.
    ///
    /// A chunk of a blob is itself a blob: its digest can be asked for and read.
    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo?

    /// Opens part of a blob, or returns `nil` if the service does not have it.
    ///
    /// Every byte that the body yields has been checked. A range that ends past the blob is
    /// clipped; one that starts past its end is a ``BlobError/Code-swift.enum/invalidRange``.
    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody?

    /// Opens a place for the bytes of one new blob. Callers use ``BlobWriter`` instead.
    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink

    /// Returns those of `digests` that the service does not have, in the order given, with
    /// duplicates kept.
    func missing(among digests: [BLAKE3Digest]) async throws(BlobError) -> [BLAKE3Digest]

    /// Returns the hashes that check the groups of 16 KiB which a range touches, or `nil` if the
    /// service does not have the blob or keeps no hashes for it.
    ///
    /// An empty range stands for the group that it is in, or for the last one. The result has been
    /// checked against the digest, but its size is a claim (see `Outboard`). It takes 32 bytes of
    /// memory for each group, so ask for parts of large blobs.
    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard?

    /// Opens parts of a blob together with the hashes that prove them, or returns `nil` if the service
    /// does not have the blob or cannot send hashes with content.
    ///
    /// Services in other places implement this; ``VerifyingBlobService`` checks what they send.
    func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice?

    /// Opens what the service keeps of a blob that it does not have as a whole, or begins with nothing.
    ///
    /// The size in bytes may be a false claim: then the blob is never completed.
    func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob
}

extension BlobService {
    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        var absent: [BLAKE3Digest] = []
        for digest in digests where try await stat(digest) == nil { absent.append(digest) }
        return absent
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? { nil }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? { nil }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        SeparateChunks(of: digest, size: size, in: self)
    }
}
