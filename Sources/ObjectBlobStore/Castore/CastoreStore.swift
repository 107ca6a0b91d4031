// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The objects of a store in the castore layout.
///
/// Memory: 16 MiB of lists of chunks that were read last, and what the chunks and hashes keep.
final class CastoreStore: Sendable {
    private static let keptByteCount = 16 << 20

    /// A blob as it is kept.
    enum Found: Sendable {
        /// One chunk.
        case whole(ByteBuffer)
        /// More of them.
        case split(CastoreIndex)
    }

    let storage: any ObjectStorage
    let chunks: CastoreChunks
    let hashes: CastoreHashes
    private let tasks: BackgroundTasks
    private let indexes = Mutex(RecentlyUsed<CastoreIndex>(limit: CastoreStore.keptByteCount))

    init(in storage: any ObjectStorage, _ tasks: BackgroundTasks) {
        self.storage = storage
        self.tasks = tasks
        chunks = CastoreChunks(in: storage)
        hashes = CastoreHashes(in: storage)
    }

    /// Starts something that is done by the one who runs the service.
    func start(_ work: @escaping BackgroundTasks.Work) throws(BlobError) {
        guard tasks.start(work) else {
            throw BlobError(.unavailable, "\(storage.name): the service does not run any more")
        }
    }

    /// Finds a blob or a chunk, and reads it if it is in one piece; `nil` if it is not there.
    func find(_ digest: BLAKE3Digest) async throws(BlobError) -> Found? {
        if let known = indexes.withLock({ $0.use(digest) }) {
            return try await open(known, digest)
        }
        let key = CastoreKeys.index(of: digest)
        let limit = CastoreIndex.byteLimit
        guard let content = try await storage.content(of: key, upTo: limit) else {
            return try await chunks.read(digest).map(Found.whole)
        }
        let index = try CastoreIndex(parsing: content, place: "\(storage.name)/\(key)")
        keep(index, of: digest)
        return try await open(index, digest)
    }

    private func open(
        _ index: CastoreIndex,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) -> Found {
        if index.chunks.count > 1 { return .split(index) }
        // Others name the only chunk, which cannot but be the blob.
        guard let content = try await chunks.read(digest) else {
            throw BlobError(
                .corrupt,
                "\(storage.name)/\(CastoreKeys.index(of: digest)): names no chunks, and there is no"
                    + " chunk \(digest)"
            )
        }
        return .whole(content)
    }

    /// Whether there is a blob, or a chunk.
    func has(_ digest: BLAKE3Digest) async throws(BlobError) -> Bool {
        if digest == .empty || indexes.withLock({ $0.use(digest) }) != nil { return true }
        if let index = try await storage.head(CastoreKeys.index(of: digest)), index.size > 0 {
            return true
        }
        return try await storage.head(CastoreKeys.chunk(digest)) != nil
    }

    /// Forgets what has been read and written, as something has been removed.
    func forget() {
        indexes.withLock { $0 = RecentlyUsed(limit: Self.keptByteCount) }
        chunks.forget()
    }

    private func keep(_ index: CastoreIndex, of digest: BLAKE3Digest) {
        indexes.withLock { $0.add(index, digest, byteCount: 100 + 40 * index.chunks.count) }
    }

    /// Whether an index object is of a blob of more than one chunk and of a size.
    private func isSound(_ key: String, size: UInt64) async throws(BlobError) -> Bool {
        do throws(BlobError) {
            let limit = CastoreIndex.byteLimit
            guard let content = try await storage.content(of: key, upTo: limit) else {
                return false
            }
            let index = try CastoreIndex(parsing: content, place: key)
            return index.chunks.count > 1 && index.size == size
        } catch {
            guard error.code == .corrupt else { throw error }
            return false
        }
    }

    /// Makes a blob of chunks that are there.
    func write(_ index: CastoreIndex, of digest: BLAKE3Digest) async throws(BlobError) {
        if indexes.withLock({ $0.use(digest) }) != nil { return }
        let key = CastoreKeys.index(of: digest)
        let content = index.chunks.count > 1 ? try index.encoded() : ByteBuffer()
        guard content.readableBytes <= CastoreIndex.byteLimit else {
            throw BlobError(.refused, "\(digest): has too many chunks for the castore layout")
        }
        if let found = try await storage.head(key) {
            // One of another size is cut in another way, or damaged.
            if found.size == UInt64(content.readableBytes) { return }
            if try await isSound(key, size: index.size) { return }
        }
        try await storage.put(key, content)
        keep(index.chunks.count > 1 ? index : CastoreIndex([]), of: digest)
    }
}
