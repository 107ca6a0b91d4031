// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import BlobStore

/// Lets a service be read, and refuses every write.
public struct ReadOnlyBlobService<Base: BlobService>: WrappingBlobService {
    /// The service underneath.
    public let base: Base

    /// Wraps a service.
    public init(_ base: Base) { self.base = base }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.refused, "the store can only be read")
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        throw BlobError(.refused, "the store can only be read")
    }
}
