// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import NIOCore

/// Reads a blob like a file: at a position that moves with each read and can be set.
///
/// Use a ``BlobBody`` where the bytes are wanted once and in order.
public struct BlobReader: Sendable {
    private let service: any BlobService

    /// The digest of the blob.
    public let digest: BLAKE3Digest

    /// The size of the blob in bytes.
    public let size: UInt64

    /// Where the next read begins, in bytes from the start of the blob.
    public private(set) var position: UInt64 = 0

    private var stream: BlobBody.AsyncIterator?
    private var buffered = ByteBuffer()

    /// Opens a reader, or returns `nil` if the service does not have the blob.
    public init?(_ digest: BLAKE3Digest, from service: any BlobService) async throws(BlobError) {
        guard let info = try await service.stat(digest) else { return nil }
        self.service = service
        self.digest = digest
        size = info.size
    }

    /// Moves to `position`, in bytes from the start.
    ///
    /// The end of the blob is a valid position; beyond it is a
    /// ``BlobError/Code-swift.enum/invalidRange``. Costs nothing by itself: bytes already
    /// buffered are kept if the move is a short one forward.
    public mutating func seek(to position: UInt64) throws(BlobError) {
        guard position <= size else {
            throw BlobError(.invalidRange, "\(digest): position \(position) of \(size) bytes")
        }
        if position >= self.position, position - self.position <= buffered.readableBytes {
            buffered.moveReaderIndex(forwardBy: Int(position - self.position))
        } else {
            stream = nil
            buffered.clear()
        }
        self.position = position
    }

    /// Returns the next bytes, at most `count` of them and at least one, or none at the end.
    public mutating func read(upTo count: Int) async throws(BlobError) -> ByteBuffer {
        if count > 0, buffered.readableBytes == 0, position < size {
            buffered = try await nextBuffer()
        }
        let available = min(max(count, 0), buffered.readableBytes)
        position += UInt64(available)
        return buffered.readSlice(length: available) ?? ByteBuffer()
    }

    private mutating func nextBuffer() async throws(BlobError) -> ByteBuffer {
        if stream == nil {
            stream = try await service.read(digest, in: ByteRange(from: position))?
                .makeAsyncIterator()
        }
        do throws(BlobError) {
            if let next = try await stream?.next() { return next }
            throw BlobError(.unavailable, "\(digest): ends at \(position) of \(size) bytes")
        } catch {
            // The next read begins anew, at the same position.
            stream = nil
            throw error
        }
    }
}
