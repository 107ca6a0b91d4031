// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
public import BlobStore
import ObjectStorage

extension PackedBlobService {
    /// A pack of less than this, in bytes, is put together with others.
    private static let smallPackByteCount: UInt64 = 4 << 20
    /// An index object of more than this, in bytes, is left alone.
    private static let indexByteCount = 16 << 20

    /// Puts small packs and index objects together, and removes packs that no index object has listed for
    /// some time, in seconds: those of writers that have ended in the middle, and those that were put
    /// together.
    ///
    /// Others may read and write meanwhile. A writer lists a pack soon after it has sent it, and makes sure
    /// that it is still there if it has not come to that for an hour; so the time must be longer than that.
    /// No blob is ever removed.
    public func collectGarbage(
        olderThan age: Int64 = 86400
    ) async throws(BlobError) -> GarbageReport {
        guard age > PackWriter.trustedAge else {
            throw BlobError(
                .refused,
                "packs that are younger than \(PackWriter.trustedAge) seconds may still be listed"
            )
        }
        var report = GarbageReport()
        try await index.refresh()
        try await mergeIndexes(&report)
        try await removePacks(olderThan: age, &report)
        return report
    }

    private func mergeIndexes(_ report: inout GarbageReport) async throws(BlobError) {
        let known = index.known
        let (objects, packs) = try await Workers.run { () throws(BlobError) in
            let sizes = try known.objectSizes()
            let small = sizes.filter { $0.value < Self.indexByteCount }.map(\.key)
            return ((sizes.count, small), try known.packs(listedBy: small))
        }
        (report.indexCountBefore, report.indexCount) = (objects.0, objects.0)
        let small = packs.filter { $0.size < Self.smallPackByteCount }
        let isWorthMerging = small.count > 1
        guard objects.1.count > 1 || isWorthMerging else { return }
        var listed = isWorthMerging ? packs.filter { $0.size >= Self.smallPackByteCount } : packs
        if isWorthMerging {
            listed += try await merged(small)
            report.mergedPackCount = small.count
        }
        let groups = Self.groups(listed)
        var written: Set<BLAKE3Digest> = []
        for group in groups { written.insert(try await index.publish(group)) }
        try await index.remove(objects.1.filter { !written.contains($0) })
        report.indexCount = objects.0 - objects.1.count + written.count
    }

    /// Writes the records of packs into as few others as can be, each record once.
    private func merged(
        _ packs: [IndexObject.Pack]
    ) async throws(BlobError) -> [IndexObject.Pack] {
        var builder = PackBuilder()
        var results: [IndexObject.Pack] = []
        var seen: Set<MergedRecord> = []
        for pack in packs {
            for (record, stored) in try await reader.records(of: pack)
            where seen.insert(MergedRecord(record)).inserted {
                if builder.byteCount >= PackQueue.packByteCount {
                    results.append(try await index.send(builder))
                    builder = PackBuilder()
                }
                builder.append(record, stored)
            }
        }
        if !builder.isEmpty { results.append(try await index.send(builder)) }
        return results
    }

    /// What makes a record superfluous if another one has it too.
    private struct MergedRecord: Hashable {
        var digest: BLAKE3Digest
        var kind: PackRecord.Kind
        var isBlob: Bool

        init(_ record: PackRecord) {
            digest = record.digest
            kind = record.kind
            isBlob = record.isBlob
        }
    }

    /// Divides packs so that each part fits an index object.
    private static func groups(_ packs: [IndexObject.Pack]) -> [[IndexObject.Pack]] {
        var groups: [[IndexObject.Pack]] = []
        var byteCount = Int.max
        for pack in packs {
            if byteCount >= indexByteCount {
                groups.append([])
                byteCount = 0
            }
            groups[groups.count - 1].append(pack)
            byteCount += pack.listedByteCount
        }
        return groups
    }

    private func removePacks(
        olderThan age: Int64,
        _ report: inout GarbageReport
    ) async throws(BlobError) {
        let storage = index.storage
        let limit = try await storage.currentTime() - age
        var found: [ObjectInfo] = []
        try await storage.forEachPage(of: PackObject.prefix) { found += $0 }
        // What was listed before the packs were is in this index.
        try await index.refresh()
        let known = index.known
        let listed = try await Workers.run { () throws(BlobError) in try known.packNames() }
        let unlisted = found.filter { object in
            PackObject.name(object.key).map { !listed.contains($0) } ?? false
        }
        let old = unlisted.filter { $0.modificationTime <= limit }
        report.recentPackCount = unlisted.count - old.count
        report.removedPackCount = old.count
        report.removedByteCount = old.reduce(0) { $0 + $1.size }
        try await storage.delete(old.map(\.key))
    }
}
