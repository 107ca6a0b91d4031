// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The hash trees of blobs of more than one chunk, which the castore layout of others does not have: beside
/// its objects, so that ranges can be proven.
///
/// Memory: 16 MiB of hashes that were read last.
final class CastoreHashes: Sendable {
    private static let keptByteCount = 16 << 20
    private static let recordByteLimit = 64 << 20
    private static let pageByteLimit = Int(HashTreeRecord.runGroupCount) * 32

    private let storage: any ObjectStorage
    private let records = Mutex(RecentlyUsed<HashTreeRecord>(limit: CastoreHashes.keptByteCount))
    private let pages = Mutex(
        RecentlyUsed<[BLAKE3Tree.ChainingValue]>(limit: CastoreHashes.keptByteCount)
    )

    init(in storage: any ObjectStorage) { self.storage = storage }

    /// Returns the tree of a blob, or `nil` if there is none that is sound.
    func record(of digest: BLAKE3Digest, size: UInt64) async throws(BlobError) -> HashTreeRecord? {
        if let known = records.withLock({ $0.use(digest) }) { return known }
        let content = try await content(digest, upTo: Self.recordByteLimit)
        guard let content, let record = HashTreeRecord(parsing: content, of: digest),
            record.size == size
        else { return nil }
        keep(record, of: digest)
        return record
    }

    private func keep(_ record: HashTreeRecord, of digest: BLAKE3Digest) {
        records.withLock { $0.add(record, digest, byteCount: record.encoded.readableBytes) }
    }

    /// Returns the hashes that check a range of groups, or `nil` if some are damaged or have gone.
    func outboard(
        of digest: BLAKE3Digest,
        _ record: HashTreeRecord,
        for groups: Range<UInt64>
    ) async throws(BlobError) -> Outboard? {
        var found: [UInt64: [BLAKE3Tree.ChainingValue]] = [:]
        if case .runs(let runs) = record.values {
            for run in record.runs(forOutboardOf: groups) {
                guard let page = try await page(runs[Int(run)]) else { return nil }
                found[run] = page
            }
        } else if case .groups(let values) = record.values {
            found[0] = values
        }
        let pages = found
        return try record.outboard(digest, for: groups) { run in pages[run] ?? [] }
    }

    private func page(
        _ run: HashTreeRecord.Run
    ) async throws(BlobError) -> [BLAKE3Tree.ChainingValue]? {
        if let known = pages.withLock({ $0.use(run.page) }) { return known }
        guard let content = try await content(run.page, upTo: Self.pageByteLimit),
            let values = HashTreeRecord.chainingValues(in: content), !values.isEmpty,
            BLAKE3Tree.chainingValue(over: values) == run.value
        else { return nil }
        pages.withLock { $0.add(values, run.page, byteCount: content.readableBytes) }
        return values
    }

    /// Returns an object that is not too long, which else cannot be sound.
    private func content(
        _ digest: BLAKE3Digest,
        upTo limit: Int
    ) async throws(BlobError) -> ByteBuffer? {
        do throws(BlobError) {
            return try await storage.content(of: CastoreKeys.hashes(digest), upTo: limit)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    // MARK: writing

    /// Writes the page of a run.
    func write(
        _ values: [BLAKE3Tree.ChainingValue]
    ) async throws(BlobError) -> HashTreeRecord.Run {
        let run = HashTreeRecord.Run(of: values)
        let page = HashTreeRecord.page(of: values)
        try await storage.put(CastoreKeys.hashes(run.page), page)
        return run
    }

    /// Writes the tree of a blob, whose pages are there.
    func write(_ record: HashTreeRecord, of digest: BLAKE3Digest) async throws(BlobError) {
        try await storage.put(CastoreKeys.hashes(digest), record.encoded)
        keep(record, of: digest)
    }
}
