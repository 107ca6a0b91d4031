// SPDX-License-Identifier: Apache-2.0

/// How a ``CachingBlobService`` fetches and writes.
public struct CachingOptions: Hashable, Sendable {
    /// Where what is written goes.
    public enum Writing: String, Hashable, Sendable, CaseIterable {
        /// Only to near.
        case near
        /// To near and far; a write is complete when both have it.
        case through
    }

    /// Where what is written goes.
    public var writing = Writing.near

    /// How many bytes of one blob are fetched ahead of its fastest reader.
    public var windowByteCount = 16 << 20

    /// How many bytes of content are kept in memory, of all blobs that are fetched, for readers that are
    /// not far behind; the others read them from near.
    public var memoryByteCount = 64 << 20

    /// The largest blob, in bytes, that is kept in near; a larger one is read past it.
    public var largestBlobSize = UInt64.max

    /// The largest blob, in bytes, that comes with the answer to the question whether far has it.
    public var inlineLimit = 64 << 10

    /// How long what has come of a blob may be forgotten again if the process is killed.
    public var journalInterval: Duration = .seconds(1)

    /// The same in bytes.
    public var journalByteCount = 4 << 20

    /// Creates options; the defaults suit almost everyone.
    public init() {}
}
