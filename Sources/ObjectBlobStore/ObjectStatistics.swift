// SPDX-License-Identifier: Apache-2.0

/// How much is in an object store, and what that takes.
public struct ObjectStatistics: Hashable, Sendable {
    /// The number of blobs that were put.
    public var blobCount = 0

    /// The number of chunks, each once; a blob of one chunk is one.
    public var chunkCount = 0

    /// The bytes of all blobs, as many times as they occur in blobs; `nil` if nobody has kept that.
    public var logicalByteCount: UInt64?

    /// The bytes of all chunks before compression; `nil` if nobody has kept that.
    public var uniqueByteCount: UInt64?

    /// The bytes of all chunks as they are stored.
    public var compressedByteCount: UInt64 = 0

    /// The number of objects.
    public var objectCount = 0

    /// The bytes of all objects, those included that nobody needs any more.
    public var storedByteCount: UInt64 = 0

    /// Creates statistics of nothing.
    public init() {}
}
