// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore
import Synchronization

/// The parts of a blob that is not complete: chunks like those of any other, and rows of the index that
/// say where they belong.
///
/// When all have come, the chunk list is made of them, and nothing is copied.
final class LocalPartialBlob: PartialBlob {
    private let digest: BLAKE3Digest
    private let size: UInt64
    private let store: LocalBlobService
    private let map: Mutex<ChunkMap>

    /// Finds the parts that the index knows of; those whose chunks are lost are left out.
    init(
        of digest: BLAKE3Digest,
        size: UInt64,
        in store: LocalBlobService
    ) async throws(BlobError) {
        self.digest = digest
        self.size = size
        self.store = store
        map = Mutex(
            try await Workers.run { () throws(BlobError) in
                var map = ChunkMap()
                let parts = try store.index.parts(of: digest)
                let entries = try store.index.entries(of: parts.map(\.chunk.digest))
                for (part, entry) in zip(parts, entries)
                where entry?.size == part.chunk.size && part.range.upperBound <= size {
                    map.insert(part)
                }
                return map
            }
        )
    }

    var parts: RangeSet<UInt64> { map.withLock { $0.ranges } }

    func write(_ chunk: ByteBuffer, at offset: UInt64) async throws(BlobError) {
        let size = UInt64(chunk.readableBytes)
        guard size > 0, size <= UInt64(RecordHeader.maximumContentLength) else {
            throw BlobError(.refused, "\(digest): a part of \(size) bytes is no chunk")
        }
        if map.withLock({ $0.touches(offset..<offset + size) }) { return }
        let (store, digest) = (store, digest)
        let part = try await Workers.run { () throws(BlobError) in
            let bytes = chunk.readableBytesSpan
            let name = BLAKE3Digest(hashing: bytes)
            let part = PlacedChunk(ChunkReference(digest: name, size: size), at: offset)
            let isBlob = try store.forgetIfDamaged(part.chunk)
            try store.chunks.store(bytes, name, isBlob: isBlob)
            try store.chunks.log.add(part, of: digest)
            return part
        }
        map.withLock { _ = $0.insert(part) }
    }

    func adopt(_ chunks: [PlacedChunk]) async throws(BlobError) {
        let (store, digest) = (store, digest)
        try await Workers.run { [self] () throws(BlobError) in
            let entries = try store.index.entries(of: chunks.map(\.chunk.digest))
            for (part, entry) in zip(chunks, entries)
            where entry?.size == part.chunk.size && part.range.upperBound <= size {
                guard map.withLock({ $0.insert(part) }) else { continue }
                try store.chunks.log.add(part, of: digest)
            }
        }
    }

    func read(from position: UInt64, upTo end: UInt64) async throws(BlobError) -> ByteBuffer? {
        guard let part = map.withLock({ $0.chunk(at: position) }) else { return nil }
        let (store, digest) = (store, digest)
        do throws(BlobError) {
            let content = try await Workers.run { () throws(BlobError) in
                var entry = try store.index.entry(of: part.chunk.digest)
                if entry == nil {
                    // A small record may still wait in memory.
                    try store.chunks.log.flush()
                    entry = store.chunks.log.staged(part.chunk.digest)
                }
                return try store.reader.chunk(part.chunk, entry, of: digest)
            }
            return content.part(position..<end, at: part.offset)
        } catch {
            guard error.code == .corrupt else { throw error }
            try await discard(part.range)
            return nil
        }
    }

    func discard(_ range: Range<UInt64>) async throws(BlobError) {
        let removed = map.withLock { $0.remove(touching: range) }
        if removed.isEmpty { return }
        // What has not been journalled would be so later.
        try await flush()
        let (index, digest) = (store.index, digest)
        try await Workers.run { () throws(BlobError) in try index.remove(removed, of: digest) }
    }

    func flush() async throws(BlobError) { try await store.commits.commit(durably: false) }

    func complete(with outboard: Outboard?) async throws(BlobError) {
        let (chunks, isWhole) = map.withLock { ($0.chunks.map(\.chunk), $0.covers(size)) }
        guard isWhole, let first = chunks.first else {
            throw BlobError(.unavailable, "\(digest): parts of it have not come yet")
        }
        if chunks.count == 1 {
            try await complete(as: first)
        } else if HashTree(size: size).groupCount == 1 {
            try await completeJoined()
        } else {
            try await complete(as: chunks, outboard)
        }
        let (log, digest) = (store.chunks.log, digest)
        try await Workers.run { () throws(BlobError) in try log.complete(digest) }
        try await store.commits.commit()
    }

    private func complete(as chunk: ChunkReference) async throws(BlobError) {
        guard chunk.digest == digest else {
            throw BlobError(.corrupt, "\(digest): what has come is the blob \(chunk.digest)")
        }
        try await flush()
        let (store, digest) = (store, digest)
        try await Workers.run { () throws(BlobError) in
            guard let entry = try store.index.entry(of: digest) else {
                throw BlobError(.unavailable, "\(digest): what has come of it has gone")
            }
            try store.chunks.log.mark(entry)
        }
    }

    /// Makes one chunk of smaller ones: a blob of a single group is never split.
    private func completeJoined() async throws(BlobError) {
        var content = ByteBuffer()
        while content.readableBytes < size {
            guard var next = try await read(from: UInt64(content.readableBytes), upTo: size) else {
                throw BlobError(.unavailable, "\(digest): a part of it has gone")
            }
            content.writeBuffer(&next)
        }
        let (chunks, digest, whole) = (store.chunks, digest, content)
        try await Workers.run { () throws(BlobError) in
            let found = BLAKE3Digest(hashing: whole.readableBytesSpan)
            guard found == digest else {
                throw BlobError(.corrupt, "\(digest): what has come is the blob \(found)")
            }
            try chunks.store(whole.readableBytesSpan, digest, isBlob: true)
        }
    }

    private func complete(
        as chunks: [ChunkReference],
        _ outboard: Outboard?
    ) async throws(BlobError) {
        let (store, digest, size) = (store, digest, size)
        let blob = try await Workers.run { () throws(BlobError) in
            var pages: [SplitBlob.Page] = []
            for start in stride(from: 0, to: chunks.count, by: ChunkListPage.maximumCount) {
                var page = ChunkListPage()
                let end = min(start + ChunkListPage.maximumCount, chunks.count)
                page.chunks = Array(chunks[start..<end])
                pages.append(try store.chunks.store(page))
            }
            return SplitBlob(size: size, pages: pages)
        }
        // Hashing reads the chunks and pages by the index.
        try await flush()
        let tree = try await store.hashTree(of: blob, digest, provenBy: outboard)
        try await Workers.run { () throws(BlobError) in
            try store.chunks.store(blob, digest)
            try store.chunks.store(tree, of: digest)
        }
    }
}

extension LocalBlobService {
    /// Forgets a chunk that is about to be written if what is there of it cannot be read; returns whether it was
    /// a blob as well.
    ///
    /// Blocks.
    fileprivate func forgetIfDamaged(_ chunk: ChunkReference) throws(BlobError) -> Bool {
        guard let entry = try index.entry(of: chunk.digest) else { return false }
        do throws(BlobError) {
            _ = try reader.chunk(chunk, entry, of: chunk.digest)
            return false
        } catch {
            guard error.code == .corrupt else { throw error }
            // Somebody else may have written it anew.
            guard try index.entry(of: chunk.digest) == entry,
                chunks.log.staged(chunk.digest) == nil
            else { return false }
            try index.remove([chunk.digest])
            return entry.kind.contains(.blob)
        }
    }
}
