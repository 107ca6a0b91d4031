// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The hash trees of blobs of more than one chunk, which the castore layout of others does not have: beside
/// its objects, so that ranges can be proven.
///
/// Memory: 8 MiB of their upper levels that were read last, and the pages that are kept.
final class CastoreHashes: Sendable {
    private static let keptByteCount = 8 << 20
    private static let recordByteLimit = 64 << 20
    private static let readCount = 16

    private let storage: any ObjectStorage
    private let records = Mutex(RecentlyUsed<HashTreeRecord>(limit: CastoreHashes.keptByteCount))
    let pages: HashPages

    init(in storage: any ObjectStorage) {
        self.storage = storage
        pages = HashPages { names throws(BlobError) in
            try await concurrentMap(names, atOnce: Self.readCount) { name throws(BlobError) in
                try await Self.content(name, upTo: HashPages.pageByteCount, in: storage)
            }
        }
    }

    /// Returns the tree of a blob if it is in memory.
    func kept(_ digest: BLAKE3Digest) -> HashTreeRecord? { records.withLock { $0.use(digest) } }

    /// Returns the tree of a blob, or `nil` if there is none that is sound.
    func record(of digest: BLAKE3Digest, size: UInt64) async throws(BlobError) -> HashTreeRecord? {
        if let known = kept(digest) { return known }
        let content = try await Self.content(digest, upTo: Self.recordByteLimit, in: storage)
        guard let content, let record = HashTreeRecord(parsing: content, of: digest),
            record.size == size
        else { return nil }
        remember(record, of: digest)
        return record
    }

    private func remember(_ record: HashTreeRecord, of digest: BLAKE3Digest) {
        records.withLock { $0.add(record, digest, byteCount: record.encoded.readableBytes) }
    }

    /// Returns an object that is not too long, which else cannot be sound.
    private static func content(
        _ digest: BLAKE3Digest,
        upTo limit: Int,
        in storage: any ObjectStorage
    ) async throws(BlobError) -> ByteBuffer? {
        do throws(BlobError) {
            return try await storage.content(of: CastoreKeys.hashes(digest), upTo: limit)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    // MARK: writing

    /// Writes the page of a run, or keeps it in memory if nothing can be written.
    func keep(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) -> HashTreeRecord.Run {
        let run = HashTreeRecord.Run(of: values)
        do throws(BlobError) {
            try await write(values, of: run)
        } catch {
            guard error.code == .refused else { throw error }
            pages.keep(values, run)
        }
        return run
    }

    /// Writes the tree of a blob, or keeps it in memory if nothing can be written.
    func keep(_ record: HashTreeRecord, of digest: BLAKE3Digest) async throws(BlobError) {
        do throws(BlobError) {
            try await write(record, of: digest)
        } catch {
            guard error.code == .refused else { throw error }
            remember(record, of: digest)
        }
    }

    /// Writes the page of a run.
    func write(
        _ values: [BLAKE3Tree.ChainingValue],
        of run: HashTreeRecord.Run
    ) async throws(BlobError) {
        try await storage.put(CastoreKeys.hashes(run.page), HashTreeRecord.page(of: values))
    }

    /// Writes the tree of a blob, whose pages are there.
    func write(_ record: HashTreeRecord, of digest: BLAKE3Digest) async throws(BlobError) {
        try await storage.put(CastoreKeys.hashes(digest), record.encoded)
        remember(record, of: digest)
    }
}
