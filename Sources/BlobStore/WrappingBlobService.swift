// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao

/// A service that changes one thing about another and passes the rest on.
///
/// Conformers override what they change; everything else, optional fast paths included, reaches
/// ``base`` without their help.
public protocol WrappingBlobService: BlobService {
    /// The type of the service underneath.
    associatedtype Base: BlobService

    /// The service underneath.
    var base: Base { get }
}

extension WrappingBlobService {
    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try await base.stat(digest, wanted)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        try await base.read(digest, in: range)
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try await base.makeSink(hint)
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await base.missing(among: digests)
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try await base.outboard(of: digest, in: range)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await base.readSlice(digest, ranges)
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        try await base.partialBlob(digest, size: size)
    }
}
