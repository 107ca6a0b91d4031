// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import NIOCore

extension BlobService {
    /// Returns the size of a blob, or `nil` if the service does not have it.
    public func stat(_ digest: BLAKE3Digest) async throws(BlobError) -> BlobInfo? {
        try await stat(digest, StatOptions())
    }

    /// Returns whether the service has a blob.
    public func has(_ digest: BLAKE3Digest) async throws(BlobError) -> Bool {
        try await stat(digest) != nil
    }

    /// Returns the chunks of a blob, or `nil` if the service does not have it.
    ///
    /// An empty list means that the blob is there and not split any further.
    public func chunkList(of digest: BLAKE3Digest) async throws(BlobError) -> [ChunkReference]? {
        try await stat(digest, StatOptions(chunks: true)).map { $0.chunks ?? [] }
    }

    /// Opens a whole blob, or returns `nil` if the service does not have it.
    public func read(_ digest: BLAKE3Digest) async throws(BlobError) -> BlobBody? {
        try await read(digest, in: .all)
    }

    /// Stores bytes that are already in memory and returns their digest.
    public func put(_ bytes: ByteBuffer) async throws(BlobError) -> BLAKE3Digest {
        var writer = try await BlobWriter(
            to: self,
            WriteHint(size: UInt64(bytes.readableBytes))
        )
        try await writer.write(bytes)
        return try await writer.finish()
    }

    /// Stores bytes as they arrive and returns their digest.
    ///
    /// Throws what `bytes` throws, or a ``BlobError``; either way nothing is stored.
    public func put<Bytes: AsyncSequence>(
        _ bytes: Bytes
    ) async throws -> BLAKE3Digest where Bytes.Element == ByteBuffer {
        var writer = try await BlobWriter(to: self)
        for try await piece in bytes { try await writer.write(piece) }
        return try await writer.finish()
    }
}
