// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import NIOCore

/// The bytes of an object, or of a range of it, read once and in order; nobody has checked them.
///
/// It does nothing while nobody asks it for the next buffer, and releasing it closes the connection.
public struct ObjectBody: AsyncSequence, Sendable {
    /// The size of the whole object in bytes, whatever range is read.
    public let objectSize: UInt64

    private let pull: @Sendable () async throws(BlobError) -> ByteBuffer?

    /// Creates a body from a function that returns the next bytes, then `nil`.
    public init(
        objectSize: UInt64,
        next: @escaping @Sendable () async throws(BlobError) -> ByteBuffer?
    ) {
        self.objectSize = objectSize
        pull = next
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: pull) }

    /// Yields buffers of moderate size.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        fileprivate let pull: @Sendable () async throws(BlobError) -> ByteBuffer?

        public mutating func next() async throws(BlobError) -> ByteBuffer? { try await pull() }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(BlobError) -> ByteBuffer? { try await pull() }
    }
}
