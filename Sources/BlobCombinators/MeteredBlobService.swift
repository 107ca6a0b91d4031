// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import BlobStore
import NIOCore
import Synchronization

/// Counts what a service does, and gives it a name in the events of transfers.
public final class MeteredBlobService<Base: BlobService>: WrappingBlobService {
    /// What has been counted.
    public struct Counts: Hashable, Sendable {
        /// How many blobs, or ranges of them, have been opened.
        public var readCount = 0
        /// How many bytes of content have been read.
        public var byteCount: UInt64 = 0
        /// How often reading has failed.
        public var failureCount = 0
    }

    /// The service underneath.
    public let base: Base
    /// What events call it.
    public let name: String
    private let state = Mutex(Counts())

    /// What has been counted so far.
    public var counts: Counts { state.withLock { $0 } }

    /// Wraps a service.
    public init(_ base: Base, name: String) {
        self.base = base
        self.name = name
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        let body = try await counting { () throws(BlobError) in
            try await base.read(digest, in: range)
        }
        guard let body else { return nil }
        Transfer.current?.setSource(name)
        state.withLock { $0.readCount += 1 }
        let pull = body.makeAsyncIterator()
        return BlobBody(size: body.size) { [self] () throws(BlobError) in
            try await counting { () throws(BlobError) in
                var pull = pull
                let bytes = try await pull.next()
                state.withLock { $0.byteCount += UInt64(bytes?.readableBytes ?? 0) }
                return bytes
            }
        }
    }

    private func counting<Value>(
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        do throws(BlobError) {
            return try await body()
        } catch {
            if error.code != .cancelled { state.withLock { $0.failureCount += 1 } }
            throw error
        }
    }
}
