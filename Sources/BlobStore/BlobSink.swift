// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import NIOCore

/// Where a backend puts the bytes of one blob until it is committed or dropped.
///
/// ``BlobWriter`` is the only caller: it calls one method at a time, and after
/// ``commit(_:)`` or ``abort()`` none but ``abort()``.
public protocol BlobSink: AnyObject, Sendable {
    /// Takes the next bytes, suspending while the backend is behind.
    ///
    /// Callers like to use the storage of `bytes` again. It is copied first if the sink still shares
    /// it then, so a sink that keeps a part of a large buffer makes a copy of that part.
    func append(_ bytes: ByteBuffer) async throws(BlobError)

    /// Takes the chaining values of the next groups of 16 KiB of the blob, from which its outboard is
    /// made.
    ///
    /// They come now and then between the bytes, and all of them before ``commit(_:)``; a blob of a
    /// single group has none. The default drops them, which costs whoever needs the outboard another
    /// pass over the bytes; a sink around another one passes them on.
    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError)

    /// Makes the blob visible, atomically. Called at most once, last.
    func commit(_ blob: VerifiedBlob) async throws(BlobError)

    /// Throws the bytes away. Must not block; may be called more than once.
    func abort()
}

extension BlobSink {
    public func appendGroupValues(
        _ values: [BLAKE3Tree.ChainingValue]
    ) async throws(BlobError) {}
}

/// Proof that bytes with this digest and size went through a ``BlobWriter``.
///
/// Only ``BlobWriter`` can make one, so a sink never commits content that nobody hashed, and
/// several sinks can commit the same content without hashing it again.
public struct VerifiedBlob: Hashable, Sendable {
    /// The digest of the bytes written.
    public let digest: BLAKE3Digest

    /// The number of bytes written.
    public let size: UInt64
}

/// What a caller can tell a service before the first byte is written.
public struct WriteHint: Hashable, Sendable {
    /// The size that is expected, if it is known.
    ///
    /// Nothing is sized by it unchecked.
    public var size: UInt64?

    /// Creates a hint.
    public init(size: UInt64? = nil) {
        self.size = size
    }
}
