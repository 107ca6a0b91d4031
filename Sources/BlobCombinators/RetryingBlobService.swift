// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore

/// Tries again what fails for a reason that may pass, after pauses that grow from a tenth of a second to
/// five seconds; a body goes on from the last byte that has come.
///
/// For services that do not do so themselves, as those over gRPC do. Writes are tried once, as their bytes
/// have gone by.
public final class RetryingBlobService<Base: BlobService>: WrappingBlobService {
    /// The service underneath.
    public let base: Base
    private let retryCount: Int

    /// Wraps a service.
    ///
    /// - Parameters:
    ///   - base: The service.
    ///   - retryCount: How often something is tried again.
    public init(_ base: Base, retryCount: Int = 4) {
        self.base = base
        self.retryCount = retryCount
    }

    private func retrying<Value>(
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        var backoff = Backoff(retryCount)
        while true {
            do throws(BlobError) {
                return try await body()
            } catch {
                try await backoff.wait(after: error, isPassing: error.isUnavailable)
            }
        }
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        try await retrying { () throws(BlobError) in try await base.stat(digest, wanted) }
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        let body = try await retrying { () throws(BlobError) in
            try await base.read(digest, in: range)
        }
        guard let body else { return nil }
        let resuming = ResumingBody(
            body,
            try range.resolved(against: body.size),
            retryCount: retryCount,
            isPassing: \.isUnavailable
        ) { [base] (rest) throws(BlobError) in try await base.read(digest, in: rest) }
        return BlobBody(size: body.size) { () throws(BlobError) in try await resuming.next() }
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await retrying { () throws(BlobError) in try await base.missing(among: digests) }
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        try await retrying { () throws(BlobError) in
            try await base.outboard(of: digest, in: range)
        }
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await retrying { () throws(BlobError) in try await base.readSlice(digest, ranges) }
    }
}

extension BlobError {
    fileprivate var isUnavailable: Bool { code == .unavailable }
}
