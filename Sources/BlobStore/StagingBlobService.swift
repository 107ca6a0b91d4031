// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import NIOCore

/// A service that takes many small blobs at once for less than one by one.
///
/// ```swift
/// if let staged = try await service.stage(contents) {
///     // The next ones can be staged meanwhile.
///     try await staged.commit()
/// }
/// ```
public protocol StagingBlobService: BlobService {
    /// No blob may have more bytes than this to be staged.
    var stagingByteLimit: Int { get }

    /// Takes blobs, each in one piece, and returns when their bytes are not needed any more, suspending while
    /// the service is behind; `nil` if it cannot do that at all.
    ///
    /// Fails with `refused` if one has more bytes than ``stagingByteLimit``.
    func stage(_ contents: [ByteBuffer]) async throws(BlobError) -> StagedBlobs?
}

/// Blobs that a service has taken, and that are not there yet.
///
/// If nobody commits them, they may or may not be there later.
public struct StagedBlobs: Sendable {
    /// The digests, in the order of the contents.
    public let digests: [BLAKE3Digest]

    private let commitAll: @Sendable () async throws(BlobError) -> Void

    /// Creates a value; `commit` returns when all blobs are there.
    public init(
        _ digests: [BLAKE3Digest],
        commit: @escaping @Sendable () async throws(BlobError) -> Void
    ) {
        self.digests = digests
        commitAll = commit
    }

    /// Returns when all blobs can be read and are as durable as the service promises.
    public func commit() async throws(BlobError) { try await commitAll() }
}
