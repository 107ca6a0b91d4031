// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Synchronization

/// Writes one blob into several services at the same time; it is there when all of them have it.
///
/// If one fails, the others keep nothing, unless they have been committed already.
final class JoinedSink: BlobSink {
    private let sinks: [any BlobSink]

    private let whenCommitted: @Sendable (BLAKE3Digest) -> Void

    init(
        _ sinks: [any BlobSink],
        whenCommitted: @escaping @Sendable (BLAKE3Digest) -> Void = { _ in }
    ) {
        self.sinks = sinks
        self.whenCommitted = whenCommitted
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        try await forEach { sink throws(BlobError) in try await sink.append(bytes) }
    }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        try await forEach { sink throws(BlobError) in try await sink.appendGroupValues(values) }
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        try await forEach { sink throws(BlobError) in try await sink.commit(blob) }
        whenCommitted(blob.digest)
    }

    func abort() {
        for sink in sinks { sink.abort() }
    }

    /// Does something with each sink, all at once; throws the first error when all have ended.
    private func forEach(
        _ body: @escaping @Sendable (any BlobSink) async throws(BlobError) -> Void
    ) async throws(BlobError) {
        let failure = await withTaskGroup(of: BlobError?.self) { group in
            for sink in sinks {
                group.addTask {
                    do throws(BlobError) {
                        try await body(sink)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        if let failure { throw failure }
    }
}
