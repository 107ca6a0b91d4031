// SPDX-License-Identifier: Apache-2.0
public import Bao
public import NIOCore

/// Parts of a blob together with the hashes that prove them, as one stream of bytes.
///
/// The stream begins with the size of the blob (8 bytes, see `BaoHeader`). Nothing in it has been
/// checked; ``VerifyingBlobService`` does that.
public struct BlobSlice: Sendable {
    /// How the hashes are arranged.
    public let form: BaoForm

    /// The size of the groups that are proven as one.
    public let groupSize: GroupSize

    /// Returns the next bytes of the stream, then `nil`; called by one task at a time.
    public let next: @Sendable () async throws(BlobError) -> ByteBuffer?

    /// Creates a slice from a function that returns the next bytes, a mebibyte or so at most.
    public init(
        form: BaoForm = .parents,
        groupSize: GroupSize = .standard,
        next: @escaping @Sendable () async throws(BlobError) -> ByteBuffer?
    ) {
        self.form = form
        self.groupSize = groupSize
        self.next = next
    }
}
