// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Keeps immutable byte strings under the BLAKE3 digest of their content.
///
/// A blob is named by its content and by nothing else, so it never changes, it needs no versions,
/// and whoever reads it can check it. Services compose: a cache in front of a list of remotes is
/// itself a `BlobService`.
///
/// A backend implements the first three requirements. ``missing(among:)`` has a correct, slow
/// default that a backend overrides when it can do better, and that a wrapper forwards
/// (see ``WrappingBlobService``).
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
}

extension BlobService {
    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        var absent: [BLAKE3Digest] = []
        for digest in digests where try await stat(digest) == nil { absent.append(digest) }
        return absent
    }
}
