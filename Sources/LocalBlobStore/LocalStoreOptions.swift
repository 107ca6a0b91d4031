// SPDX-License-Identifier: Apache-2.0
public import Chunking

/// How a ``LocalBlobService`` writes.
///
/// Nothing here is recorded in the store: it can be opened with other options each time, and
/// processes with different options can use one store at once.
public struct LocalStoreOptions: Sendable {
    /// What it means that a write has been acknowledged.
    public enum Durability: String, Sendable, CaseIterable {
        /// The blob survives a crash of the process, and that of the machine once the operating
        /// system has written its cache back (half a minute, usually).
        case none

        /// The blob survives a crash of the machine. Writers that finish at the same time share
        /// one `fdatasync`.
        case batch
    }

    /// Whether chunks are compressed.
    public enum Compression: Hashable, Sendable {
        /// Chunks are stored as they are.
        case none

        /// Chunks that shrink by at least 1/16 are compressed with zstd at this level, 1 to 19;
        /// content that looks incompressible is not tried.
        case zstd(level: Int)
    }

    /// What an acknowledgement promises.
    public var durability: Durability

    /// How chunks are compressed.
    public var compression: Compression

    /// How blobs are cut into chunks.
    ///
    /// A blob up to the minimum stays in one piece.
    public var chunking: ChunkingParameters

    /// Creates options; the defaults suit almost everyone.
    public init(
        durability: Durability = .batch,
        compression: Compression = .zstd(level: 1),
        chunking: ChunkingParameters = .standard
    ) {
        self.durability = durability
        self.compression = compression
        self.chunking = chunking
    }
}
