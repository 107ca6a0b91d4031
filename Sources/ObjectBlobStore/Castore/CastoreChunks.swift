// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The chunk objects of the castore layout, each a stream of zstd frames.
///
/// Memory: 8 MiB of chunks that were read last, and 100 bytes for each of some 80,000 that are known to be
/// there.
final class CastoreChunks: Sendable {
    private static let level = 3
    private static let keptByteCount = 8 << 20
    private static let knownByteCount = 16 << 20
    private static let knownDigestByteCount = 100

    private let storage: any ObjectStorage
    private let codec = ZstdCodec()
    private let known = Mutex(RecentlyUsed<Void>(limit: CastoreChunks.knownByteCount))
    private let writes = Turns<BLAKE3Digest>()
    private let recent = Mutex(RecentlyUsed<ByteBuffer>(limit: CastoreChunks.keptByteCount))

    init(in storage: any ObjectStorage) { self.storage = storage }

    /// Forgets what has been read and written, as something has been removed.
    func forget() {
        recent.withLock { $0 = RecentlyUsed(limit: Self.keptByteCount) }
        known.withLock { $0 = RecentlyUsed(limit: Self.knownByteCount) }
    }

    // MARK: reading

    /// Returns a chunk, which has been checked, or `nil` if it is not there.
    ///
    /// Its size in bytes may be known.
    func read(_ digest: BLAKE3Digest, size: UInt64? = nil) async throws(BlobError) -> ByteBuffer? {
        if let kept = recent.withLock({ $0.use(digest) }) {
            guard size == nil || size == UInt64(kept.readableBytes) else {
                throw damage(digest, "has \(kept.readableBytes) bytes")
            }
            return kept
        }
        let limit = size.map { Int($0) } ?? CastoreIndex.chunkByteLimit
        // A frame is larger than its content only if that does not compress, and then by little.
        let storedLimit = limit + limit / 128 + 65536
        let key = CastoreKeys.chunk(digest)
        guard let stored = try await storage.content(of: key, upTo: storedLimit) else { return nil }
        let content = try await Workers.run { [codec] () throws(BlobError) in
            let content = try codec.decompress(stored.readableBytesSpan, upTo: limit)
            guard let content, BLAKE3Digest(hashing: content.readableBytesSpan) == digest
            else { return nil as ByteBuffer? }
            return content
        }
        guard let content else { throw damage(digest, "does not match its digest") }
        recent.withLock { $0.add(content, digest, byteCount: content.readableBytes) }
        noteKnown(digest)
        return content
    }

    private func isKnown(_ digest: BLAKE3Digest) -> Bool {
        known.withLock { $0.use(digest) != nil }
    }

    private func noteKnown(_ digest: BLAKE3Digest) {
        known.withLock { $0.add((), digest, byteCount: Self.knownDigestByteCount) }
    }

    private func damage(_ digest: BLAKE3Digest, _ problem: String) -> BlobError {
        BlobError(.corrupt, "\(storage.name)/\(CastoreKeys.chunk(digest)): \(problem)")
    }

    // MARK: writing

    /// Makes sure that a chunk is there.
    ///
    /// Asks whether it is, if that is not known, and who writes an equal one at the same time waits.
    func write(_ content: ByteBuffer, _ digest: BLAKE3Digest) async throws(BlobError) {
        if isKnown(digest) { return }
        try await writes.take(digest) { () throws(BlobError) in
            if isKnown(digest) { return }
            try await writeIfAbsent(content, digest)
            noteKnown(digest)
        }
    }

    private func writeIfAbsent(
        _ content: ByteBuffer,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) {
        let key = CastoreKeys.chunk(digest)
        let found = try await storage.head(key)
        let stored = try await Workers.run { [codec] () throws(BlobError) in
            try codec.compressStream(content.readableBytesSpan, level: Self.level)
        }
        if let found {
            // One of another size may be that of another version of zstd, or damaged.
            if found.size == UInt64(stored.readableBytes) { return }
            if try await isSound(digest) { return }
        }
        try await storage.put(key, stored)
    }

    /// Whether there is a chunk, with the content that its name says.
    func isSound(_ digest: BLAKE3Digest) async throws(BlobError) -> Bool {
        do throws(BlobError) {
            return try await read(digest) != nil
        } catch {
            guard error.code == .corrupt else { throw error }
            return false
        }
    }
}
