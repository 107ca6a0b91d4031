// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Bao
package import NIOCore
import Synchronization

/// A partial blob of any service: each chunk is put as a blob of its own, and in the end all of them
/// as one.
///
/// Which chunk belongs where is forgotten with the object. Whoever knows the chunks by then finds those
/// that the service has with ``adopt(_:)``.
package final class SeparateChunks: PartialBlob {
    private let digest: BLAKE3Digest
    private let size: UInt64
    private let service: any BlobService
    private let map = Mutex(ChunkMap())

    package init(of digest: BLAKE3Digest, size: UInt64, in service: any BlobService) {
        self.digest = digest
        self.size = size
        self.service = service
    }

    package var parts: RangeSet<UInt64> { map.withLock { $0.ranges } }

    package func write(_ chunk: ByteBuffer, at offset: UInt64) async throws(BlobError) {
        let size = UInt64(chunk.readableBytes)
        if map.withLock({ $0.touches(offset..<offset + size) }) { return }
        let reference = ChunkReference(digest: try await service.put(chunk), size: size)
        map.withLock { _ = $0.insert(PlacedChunk(reference, at: offset)) }
    }

    package func adopt(_ chunks: [PlacedChunk]) async throws(BlobError) {
        let absent = Set(try await service.missing(among: chunks.map(\.chunk.digest)))
        map.withLock { map in
            for placed in chunks where !absent.contains(placed.chunk.digest) { map.insert(placed) }
        }
    }

    package func read(
        from position: UInt64,
        upTo end: UInt64
    ) async throws(BlobError) -> ByteBuffer? {
        guard let placed = map.withLock({ $0.chunk(at: position) }) else { return nil }
        let wanted = ByteRange(
            from: position - placed.offset,
            upTo: min(end, placed.range.upperBound) - placed.offset
        )
        do throws(BlobError) {
            if let body = try await service.read(placed.chunk.digest, in: wanted),
                body.size == placed.chunk.size
            {
                return try await body.collect(upTo: Int(clamping: placed.chunk.size))
            }
        } catch {
            guard error.code == .corrupt else { throw error }
        }
        try await discard(placed.range)
        return nil
    }

    package func discard(_ range: Range<UInt64>) async throws(BlobError) {
        map.withLock { _ = $0.remove(touching: range) }
    }

    package func flush() async throws(BlobError) {}

    package func complete(with outboard: Outboard?) async throws(BlobError) {
        var writer = try await BlobWriter(to: service, WriteHint(size: size))
        while writer.byteCount < size {
            let position = writer.byteCount
            guard let next = try await read(from: position, upTo: size) else {
                throw BlobError(.unavailable, "\(digest): byte \(position) has not come yet")
            }
            try await writer.write(next)
        }
        _ = try await writer.finish(expecting: digest)
    }
}
