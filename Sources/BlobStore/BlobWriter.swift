// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import Bao
public import NIOCore

/// Writes one blob: hashes the bytes on their way into a service.
///
/// ```swift
/// var writer = try await BlobWriter(to: service)
/// for try await piece in upload { try await writer.write(piece) }
/// let digest = try await writer.finish()
/// ```
///
/// A writer that goes out of scope before ``finish(expecting:)`` succeeds leaves no blob behind.
public struct BlobWriter: ~Copyable, Sendable {
    /// From this size on a piece is hashed at the same time as the sink works on it.
    private static let concurrentHashingThreshold = 128 << 10

    private var sink: (any BlobSink)?  // nil once committed, or after an error
    private var hasher = TreeHasher()

    /// The number of bytes written so far.
    public private(set) var byteCount: UInt64 = 0

    /// Opens a writer into `service`.
    public init(
        to service: some BlobService,
        _ hint: WriteHint = WriteHint()
    ) async throws(BlobError) {
        sink = try await service.makeSink(hint)
    }

    /// Writes the next bytes of the blob, suspending while the service is behind.
    ///
    /// Pieces of 256 KiB to 4 MiB are the most efficient. After an error the writer is of no more
    /// use. The storage of `bytes` may be used again when the call returns.
    public mutating func write(_ bytes: ByteBuffer) async throws(BlobError) {
        try BlobError.checkCancellation()
        guard let sink else { throw Self.ended }
        byteCount += UInt64(bytes.readableBytes)
        do throws(BlobError) {
            if bytes.readableBytes >= Self.concurrentHashingThreshold {
                hasher = try await Self.append(bytes, to: sink, hashingWith: hasher)
            } else {
                hasher.update(bytes.readableBytesSpan)
                try await sink.append(bytes)
            }
            let values = hasher.takeValues()
            if !values.isEmpty { try await sink.appendGroupValues(values) }
        } catch {
            sink.abort()
            self.sink = nil
            throw error
        }
    }

    private static var ended: BlobError { BlobError(.refused, "the writer has failed before") }

    /// Appends and hashes at the same time.
    private static func append(
        _ bytes: ByteBuffer,
        to sink: any BlobSink,
        hashingWith hasher: TreeHasher
    ) async throws(BlobError) -> TreeHasher {
        async let hashed = hash(bytes, with: hasher)
        try await sink.append(bytes)
        return await hashed
    }

    @concurrent
    private static func hash(_ bytes: ByteBuffer, with hasher: TreeHasher) async -> TreeHasher {
        var hasher = hasher
        hasher.update(bytes.readableBytesSpan)
        return hasher
    }

    /// Commits the blob and returns its digest.
    ///
    /// When this returns, the blob can be read and is as durable as the service promises. If
    /// `expected` is given and differs, nothing is stored and the error is
    /// ``BlobError/Code-swift.enum/corrupt``.
    public consuming func finish(
        expecting expected: BLAKE3Digest? = nil
    ) async throws(BlobError) -> BLAKE3Digest {
        try BlobError.checkCancellation()
        guard let sink else { throw Self.ended }
        let digest = hasher.finalize()
        if let expected, expected != digest {
            throw BlobError(.corrupt, "\(expected): the bytes written have the digest \(digest)")
        }
        let values = hasher.takeValues()
        if !values.isEmpty { try await sink.appendGroupValues(values) }
        try await sink.commit(VerifiedBlob(digest: digest, size: byteCount))
        self.sink = nil
        return digest
    }

    deinit { sink?.abort() }
}
