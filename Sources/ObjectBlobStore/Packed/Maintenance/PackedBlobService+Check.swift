// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobRecords
public import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

extension PackedBlobService {
    private static let checkCount = 4
    private static let pageCount = 1000

    /// Reads every pack and checks every record, and that the chunks of every blob are there.
    ///
    /// With `repair`, sound records of damaged packs are written anew, and what is lost is not listed any more,
    /// so that blobs count as absent that are not complete, and can be put again.
    ///
    /// Costs a request for each pack, and reads all of them. Memory: four packs. `progress` is told how many
    /// packs have been read, and of how many.
    public func check(
        repair: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(BlobError) -> PackedCheckReport {
        try await index.refresh()
        let known = index.known
        let packs = try await Workers.run { () throws(BlobError) in
            try known.packs(listedBy: try known.objects())
        }
        var report = PackedCheckReport()
        report.packCount = packs.count
        report.recordCount = packs.reduce(0) { $0 + $1.records.count }
        let doneCount = Mutex(0)
        let findings = try await concurrentMap(packs, atOnce: Self.checkCount) {
            [reader] pack throws(BlobError) in
            let problem = try await reader.problem(of: pack)
            progress(
                doneCount.withLock { count in
                    count += 1
                    return count
                },
                packs.count
            )
            return problem
        }
        report.problems = findings.compactMap(\.self)
        let damaged = zip(packs, findings).filter { $1 != nil }.map(\.0)
        if repair, !damaged.isEmpty {
            try await rewrite(damaged) { _ in true }
            report.isRepaired = true
        }
        let broken = try await brokenBlobs(&report)
        if repair, !broken.isEmpty {
            let affected = try await Workers.run { () throws(BlobError) in
                try known.packs(listedBy: try known.objects())
                    .filter { $0.records.contains { broken.contains($0.digest) } }
            }
            try await rewrite(affected) { !broken.contains($0.digest) }
            report.isRepaired = true
        }
        return report
    }

    /// Puts other packs in the place of some: with those of their records that are sound and wanted.
    private func rewrite(
        _ packs: [IndexObject.Pack],
        keeping isWanted: (PackRecord) -> Bool
    ) async throws(BlobError) {
        let known = index.known
        let objects = try await Workers.run { () throws(BlobError) in try known.objects() }
        var listed = try await Workers.run { () throws(BlobError) in
            try known.packs(listedBy: objects)
        }
        let replaced = Set(packs.map(\.name))
        listed.removeAll { replaced.contains($0.name) }
        for pack in packs {
            var builder = PackBuilder()
            for (record, stored) in try await reader.soundRecords(of: pack) where isWanted(record) {
                builder.append(record, stored)
            }
            if !builder.isEmpty { listed.append(try await index.send(builder)) }
        }
        let name = try await index.publish(listed)
        try await index.remove(objects.filter { $0 != name })
    }

    /// Finds blobs some of whose parts are not there.
    private func brokenBlobs(
        _ report: inout PackedCheckReport
    ) async throws(BlobError) -> Set<BLAKE3Digest> {
        let known = index.known
        var broken: Set<BLAKE3Digest> = []
        var last: BLAKE3Digest?
        while true {
            let after = last
            let page = try await Workers.run { () throws(BlobError) in
                try known.blobs(after: after, limit: Self.pageCount)
            }
            guard let end = page.last?.digest else { return broken }
            last = end
            report.blobCount += page.count
            for blob in page {
                guard let problem = try await problem(of: blob.digest) else { continue }
                report.brokenBlobs.append("\(blob.digest): \(problem)")
                broken.insert(blob.digest)
            }
        }
    }

    private func problem(of digest: BLAKE3Digest) async throws(BlobError) -> String? {
        guard let location = try await index.knownLocations(of: [digest])[0] else {
            return "its content is gone"
        }
        guard location.record.kind == .description else { return nil }
        do throws(BlobError) {
            let chunks = try await split.chunkList(at: location)
            let found = try await index.knownLocations(of: chunks.map(\.digest))
            let lost = zip(chunks, found).first { $1 == nil }
            return lost.map { "its chunk \($0.0.digest) is gone" }
        } catch {
            guard error.code == .corrupt else { throw error }
            return error.message
        }
    }
}

extension PackReader {
    /// Returns what is wrong with a pack, if something is.
    fileprivate func problem(of pack: IndexObject.Pack) async throws(BlobError) -> String? {
        let place = "\(index.storage.name)/\(PackObject.key(pack.name))"
        guard let content = try await whole(pack) else {
            return "\(place): is gone, with \(pack.records.count) records"
        }
        return try await Workers.run { () throws(BlobError) in
            guard BLAKE3Digest(hashing: content.readableBytesSpan) == pack.name else {
                return "\(place): does not match its name"
            }
            guard PackObject.records(of: content) == pack.records else {
                return "\(place): has other records than an index object says"
            }
            for (record, stored) in stored(pack.records, in: content) where record.kind != .mark {
                if try decode(stored, record) == nil {
                    return "\(place): the record \(record.digest) does not match its digest"
                }
            }
            return nil
        }
    }

    /// Returns the records of a pack that are sound.
    fileprivate func soundRecords(
        of pack: IndexObject.Pack
    ) async throws(BlobError) -> [(PackRecord, stored: ByteBuffer)] {
        guard let content = try await whole(pack) else { return [] }
        return try await Workers.run { () throws(BlobError) in
            var sound: [(PackRecord, stored: ByteBuffer)] = []
            for (record, stored) in stored(pack.records, in: content) {
                if record.kind != .mark {
                    guard try isSound(stored, record) else { continue }
                }
                sound.append((record, stored))
            }
            return sound
        }
    }

    private func isSound(_ stored: ByteBuffer, _ record: PackRecord) throws(BlobError) -> Bool {
        guard stored.readableBytes == Int(record.storedLength) else { return false }
        if record.kind == .description {
            return BlobDescription(parsing: stored, of: record.digest) != nil
        }
        return try decode(stored, record) != nil
    }
}
