// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobStore
import NIOCore
import ObjectStorage

/// One run of ``PackedBlobService/collectGarbage(olderThan:)``.
struct GarbageCollection {
    /// A pack of less than this, in bytes, is put together with others.
    private static let smallByteCount: UInt64 = 4 << 20
    private static let readCount = 4

    private let index: BucketIndex
    private let reader: PackReader
    var report = GarbageReport()

    init(_ index: BucketIndex, _ codec: ZstdCodec) {
        self.index = index
        reader = PackReader(index, codec)
    }

    // MARK: merging

    /// Writes index objects in place of small ones, and packs in place of small ones.
    mutating func merge() async throws(BlobError) {
        let start = ContinuousClock.now
        let known = index.known
        let (sizes, replaced) = try await Workers.run { () throws(BlobError) in
            (try known.objectSizes(), try known.replacedObjects())
        }
        (report.indexCountBefore, report.indexCount) = (sizes.count, sizes.count)
        let objects = sizes.filter {
            $0.value < IndexObject.usualByteCount && replaced[$0.key] == nil
        }
        .map(\.key)
        var (listed, small) = ([IndexObject.Pack](), [IndexObject.Pack]())
        let names = try await Workers.run { () throws(BlobError) in
            try known.packNames(listedBy: objects)
        }
        for name in names {
            let pack = try await Workers.run { () throws(BlobError) in try known.pack(name) }
            if pack.size < Self.smallByteCount { small.append(pack) } else { listed.append(pack) }
        }
        if small.count > 1 {
            listed += try await merged(small)
        } else {
            listed += small
        }
        guard objects.count > 1 || report.mergedPackCount > 0 else { return }
        try await index.publish(listed, sentAt: start, replacing: objects)
        report.indexCount += IndexObject.groups(listed).count
    }

    /// Writes the records of packs into as few others as can be, each record once; returns these, and packs that
    /// cannot be read.
    private mutating func merged(
        _ packs: [IndexObject.Pack]
    ) async throws(BlobError) -> [IndexObject.Pack] {
        var builder = PackBuilder()
        var results: [IndexObject.Pack] = []
        var seen: Set<MergedRecord> = []
        for start in stride(from: 0, to: packs.count, by: Self.readCount) {
            let some = Array(packs[start..<min(start + Self.readCount, packs.count)])
            let contents = try await concurrentMap(some, atOnce: Self.readCount) {
                [reader] pack throws(BlobError) in try await reader.records(of: pack)
            }
            for (pack, records) in zip(some, contents) {
                guard let records else {
                    // That is for a check to report.
                    results.append(pack)
                    continue
                }
                report.mergedPackCount += 1
                for (record, stored) in records where seen.insert(MergedRecord(record)).inserted {
                    if builder.byteCount >= PackQueue.packByteCount {
                        results.append(try await index.send(builder))
                        builder = PackBuilder()
                    }
                    builder.append(record, stored)
                }
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

    // MARK: removing

    /// Removes what has not been needed since a time.
    mutating func remove(olderThan limit: Int64) async throws(BlobError) {
        let known = index.known
        let (objects, replaced) = try await Workers.run { () throws(BlobError) in
            (try known.objects(), try known.replacedObjects())
        }
        // A storage that tells no time has nothing removed.
        let old = objects.filter { name in
            replaced[name].map { $0 > 0 && $0 <= limit } ?? false
        }
        try await index.remove(Array(old))
        report.indexCount -= old.count
        try await removePacks(olderThan: limit)
    }

    private mutating func removePacks(olderThan limit: Int64) async throws(BlobError) {
        let storage = index.storage
        var found: [ObjectInfo] = []
        try await storage.forEachPage(of: PackObject.prefix) { found += $0 }
        // Everything that was listed before the packs were is known then.
        try await index.refresh()
        try index.checkForDamage()
        let known = index.known
        let listed = try await Workers.run { () throws(BlobError) in try known.packNames() }
        let unlisted = found.filter { object in
            PackObject.name(object.key).map { !listed.contains($0) } ?? false
        }
        let old = unlisted.filter { $0.modificationTime > 0 && $0.modificationTime <= limit }
        report.recentPackCount = unlisted.count - old.count
        report.removedPackCount = old.count
        report.removedByteCount = old.byteCount
        try await storage.delete(old.map(\.key))
    }
}
