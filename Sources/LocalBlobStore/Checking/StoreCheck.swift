// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import NIOCore
import Synchronization
import SystemPackage

/// The steps of a check, and what they have found so far.
final class StoreCheck: Sendable {
    private static let pageLength = 1024

    private let packs: PackFolder
    private let index: StoreIndex
    private let reader: StoreReader
    private let progress: @Sendable (StoreCheckProgress) -> Void
    private let found = Mutex(StoreCheckReport())
    private let confirmedCount = Atomic(0)

    init(
        packs: PackFolder,
        index: StoreIndex,
        reader: StoreReader,
        progress: @escaping @Sendable (StoreCheckProgress) -> Void
    ) {
        self.packs = packs
        self.index = index
        self.reader = reader
        self.progress = progress
    }

    var report: StoreCheckReport { found.withLock { $0 } }

    /// Reads all packs, several at once.
    func checkRecords() async throws(BlobError) {
        let (ids, ends) = try await Workers.run { [self] () throws(BlobError) in
            let ids = try packs.list()
            let states = try index.packStates()
            var ends: [UInt64] = []
            for id in ids {
                // What others append meanwhile is theirs to index. A pack of which the index knows
                // nothing is a new one, unless nothing can be told of it.
                let isNew = try PackScanner(id, reader: reader.records).knowsMarker
                let fallback = try isNew ? 0 : packs.file(id).size()
                ends.append(states[id]?.indexedEnd ?? fallback)
            }
            return (ids, ends)
        }
        let total = ends.reduce(0, +)
        try await Workers.forEach(ids.count) { [self] position throws(BlobError) in
            try check(ids[position], upTo: ends[position], total: total)
        }
    }

    private func check(_ id: PackID, upTo end: UInt64, total: UInt64) throws(BlobError) {
        var scanner = try PackScanner(id, reader: reader.records)
        var batch: [(RecordHeader, RecordPlace)] = []
        while let finding = try scanner.next() {
            switch finding {
            case .damage(let range) where range.lowerBound < end:
                let file = packs.path(of: id).string
                found.withLock { $0.damages.append(.init(file: file, range: range)) }
            case .record(let header, let place, _) where place.position < end:
                if header.kind.hasEntry { batch.append((header, place)) }
                if batch.count == Self.pageLength {
                    try confirm(batch, total: total)
                    batch = []
                }
            case .damage, .record:
                break
            }
        }
        try confirm(batch, total: total)
        found.withLock { $0.packCount += 1 }
    }

    /// Compares sound records with what the index says.
    private func confirm(
        _ batch: [(RecordHeader, RecordPlace)],
        total: UInt64
    ) throws(BlobError) {
        let entries = try index.entries(of: batch.map(\.0.digest))
        let missingCount = entries.count { $0 == nil }
        let confirmed = zip(batch, entries).count { $0.1 == $1?.place }
        confirmedCount.add(confirmed, ordering: .relaxed)
        let byteCount = found.withLock { report in
            report.recordCount += batch.count
            report.unindexedRecordCount += missingCount
            report.byteCount += batch.reduce(0) { $0 + $1.1.length }
            return report.byteCount
        }
        progress(.init(phase: .records, byteCount: byteCount, totalByteCount: total))
    }

    /// Finds entries that do not lead to a sound record.
    func findLostEntries() async throws(BlobError) {
        try await Workers.run { [self] () throws(BlobError) in
            // Normally each entry was confirmed by the record that it leads to.
            if try index.entryCount() == confirmedCount.load(ordering: .relaxed) { return }
            var last: BLAKE3Digest?
            while true {
                let page = try index.entries(after: last, of: [], limit: Self.pageLength)
                guard let end = page.last else { return }
                for entry in page where try !isSound(entry) {
                    found.withLock { $0.lostDigests.append(entry.digest) }
                }
                last = end.digest
            }
        }
    }

    private func isSound(_ entry: IndexEntry) throws(BlobError) -> Bool {
        do throws(BlobError) {
            _ = try reader.records.content(of: entry.digest, at: entry.place)
            return true
        } catch {
            if error.code == .corrupt { return false }
            throw error
        }
    }

    /// Reads every split blob, and notes every lost blob of one chunk.
    func checkBlobs(of service: LocalBlobService) async throws(BlobError) {
        let lost = Set(report.lostDigests)
        let total = try await Workers.run { [self] () throws(BlobError) in
            try index.splitByteCount()
        }
        var byteCount: UInt64 = 0
        var last: BLAKE3Digest?
        while true {
            let (index, after) = (index, last)
            let page = try await Workers.run { () throws(BlobError) in
                try index.entries(after: after, of: .blob, limit: Self.pageLength)
            }
            guard let end = page.last else { return }
            for entry in page {
                var reason = lost.contains(entry.digest) ? "its record is damaged" : nil
                if entry.kind.contains(.split) {
                    reason = try await problem(of: entry, in: service) ?? reason
                    byteCount += entry.size
                    progress(.init(phase: .blobs, byteCount: byteCount, totalByteCount: total))
                }
                if let reason {
                    let blob = StoreCheckReport.AffectedBlob(digest: entry.digest, reason: reason)
                    found.withLock { $0.affectedBlobs.append(blob) }
                }
            }
            last = end.digest
        }
    }

    /// Returns why a blob cannot be read, or `nil` if it can.
    ///
    /// A hash tree that is missing or damaged is made anew, for which the whole blob is read.
    private func problem(
        of entry: IndexEntry,
        in service: LocalBlobService
    ) async throws(BlobError) -> String? {
        do throws(BlobError) {
            let reader = reader
            let tree = try await Workers.run { () throws(BlobError) in
                try reader.storedTree(entry)
            }
            guard let tree, try await Workers.run(tree.hasEveryPage) else {
                _ = try await service.buildTree(of: entry)
                return nil
            }
            guard let body = try await service.read(entry.digest, in: .all) else { return nil }
            for try await _ in body {}
            return nil
        } catch {
            guard error.code == .corrupt else { throw error }
            return error.message
        }
    }
}
