// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// A service that can enumerate its blobs.
public protocol ListableBlobService: BlobService {
    /// Returns the blobs that follow `digest` in ascending order of digests, at most `limit`.
    ///
    /// Begin with `nil` and go on with the last digest of each page until a page is empty. What
    /// is put meanwhile may or may not appear. The empty blob appears only if it was put.
    func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob]
}

/// One row of a list of blobs.
public struct ListedBlob: Hashable, Sendable {
    /// The digest of the blob.
    public var digest: BLAKE3Digest

    /// The number of content bytes.
    public var size: UInt64

    /// Creates a row.
    public init(digest: BLAKE3Digest, size: UInt64) {
        self.digest = digest
        self.size = size
    }
}
