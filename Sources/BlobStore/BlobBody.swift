// SPDX-License-Identifier: Apache-2.0
public import NIOCore
import Synchronization

/// The bytes of a blob, or of a range of it, read once and in order.
///
/// The bytes are already verified. Reading ahead is bounded: a body does nothing while nobody asks
/// it for the next buffer, and releasing it closes whatever it reads from.
public struct BlobBody: AsyncSequence, Sendable {
    /// The size of the whole blob in bytes, whatever range is read.
    public let size: UInt64

    private let pull: @Sendable () async throws(BlobError) -> ByteBuffer?

    /// Creates a body from a function that returns the next bytes, then `nil`.
    ///
    /// - Parameters:
    ///   - size: The size of the whole blob.
    ///   - next: Called by one task at a time. Returns buffers of moderate size, a chunk at most.
    public init(
        size: UInt64,
        next: @escaping @Sendable () async throws(BlobError) -> ByteBuffer?
    ) {
        self.size = size
        self.pull = next
    }

    /// Creates a body from bytes in memory.
    ///
    /// - Parameters:
    ///   - size: The size of the whole blob.
    ///   - pieces: The bytes of the range that is read.
    public init(size: UInt64, pieces: [ByteBuffer]) {
        let rest = Rest(pieces)
        self.init(size: size) { () throws(BlobError) in rest.next() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }

    /// Yields buffers, none of them empty, of a chunk at most; after an error only that error.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate let pull: @Sendable () async throws(BlobError) -> ByteBuffer?
        private var failure: BlobError?

        fileprivate init(pull: @escaping @Sendable () async throws(BlobError) -> ByteBuffer?) {
            self.pull = pull
        }

        public mutating func next() async throws(BlobError) -> ByteBuffer? {
            try await next(isolation: #isolation)
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BlobError) -> ByteBuffer? {
            // Bytes may have been lost with an error, so nothing comes after it.
            if let failure { throw failure }
            do throws(BlobError) {
                while let buffer = try await pull() {
                    if buffer.readableBytes > 0 { return buffer }
                }
                return nil
            } catch {
                failure = error
                throw error
            }
        }
    }

    /// Reads the rest of the body into one buffer.
    ///
    /// Fails with ``BlobError/Code-swift.enum/refused`` if it has more than `limit` bytes.
    public func collect(upTo limit: Int) async throws(BlobError) -> ByteBuffer {
        var all = ByteBuffer()
        for try await piece in self {
            guard all.readableBytes + piece.readableBytes <= limit else {
                throw BlobError(.refused, "the body has more than the \(limit) bytes allowed")
            }
            if all.readableBytes == 0 { all = piece } else { all.writeImmutableBuffer(piece) }
        }
        return all
    }

    private final class Rest: Sendable {
        private let pieces: Mutex<ArraySlice<ByteBuffer>>

        init(_ pieces: [ByteBuffer]) { self.pieces = Mutex(pieces[...]) }

        func next() -> ByteBuffer? { pieces.withLock { $0.popFirst() } }
    }
}
