// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// One run of ``PackedBlobService/check(repair:progress:)``.
struct PackedCheck {
    private static let readCount = 4
    private static let pageCount = 1000

    private let index: BucketIndex
    private let reader: PackReader
    private var damagedPacks: Set<BLAKE3Digest> = []
    private var brokenBlobs: Set<BLAKE3Digest> = []
    var report = ObjectCheckReport()

    init(_ index: BucketIndex, _ codec: ZstdCodec) {
        self.index = index
        reader = PackReader(index, codec)
    }

    private var known: PackIndex { index.known }

    // MARK: packs

    mutating func checkPacks(
        _ progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) async throws(BlobError) {
        for name in index.damagedObjects {
            report.problems.append(
                "\(index.storage.name)/\(IndexObject.key(name)): is no sound index of packs"
            )
        }
        let known = known
        let names = try await Workers.run { () throws(BlobError) in Array(try known.packNames()) }
        report.packCount = names.count
        let doneCount = Mutex(0)
        let findings = try await concurrentMap(names, atOnce: Self.readCount) {
            [reader] name throws(BlobError) in
            let pack = try await Workers.run { () throws(BlobError) in try known.pack(name) }
            let problem = try await reader.problem(of: pack)
            let count = doneCount.withLock { count in
                count += 1
                return count
            }
            progress(count, names.count)
            return (recordCount: pack.records.count, problem: problem)
        }
        for (name, finding) in zip(names, findings) {
            report.recordCount += finding.recordCount
            guard let problem = finding.problem else { continue }
            report.problems.append(problem)
            damagedPacks.insert(name)
        }
    }

    /// Lists what is sound of damaged packs, and packs whose index object is damaged.
    mutating func repairPacks() async throws(BlobError) {
        let damagedObjects = index.damagedObjects
        guard !damagedPacks.isEmpty || !damagedObjects.isEmpty else { return }
        var others: [IndexObject.Pack] = []
        if !damagedObjects.isEmpty { others = try await unlistedPacks() }
        // One that lists the same packs again takes the name of the damaged one.
        let written = try await rewrite(damagedPacks, adding: others) { _ in true }
        try await index.remove(damagedObjects.filter { !written.contains($0) })
        report.isRepaired = true
    }

    /// The packs that no sound index object lists, as they describe themselves, and what is sound of damaged
    /// ones.
    private mutating func unlistedPacks() async throws(BlobError) -> [IndexObject.Pack] {
        let known = known
        let listed = try await Workers.run { () throws(BlobError) in try known.packNames() }
        var names: [BLAKE3Digest] = []
        try await index.storage.forEachPage(of: PackObject.prefix) { objects in
            names += objects.compactMap { PackObject.name($0.key) }.filter { !listed.contains($0) }
        }
        let found = try await concurrentMap(names, atOnce: Self.readCount) {
            [reader] name throws(BlobError) in try await reader.directory(of: name)
        }
        var packs: [IndexObject.Pack] = []
        for (name, found) in zip(names, found) {
            if let found, found.isSound {
                packs.append(found.pack)
                continue
            }
            report.problems.append(
                "\(index.storage.name)/\(PackObject.key(name)): is damaged, and no index object lists it"
            )
            if let found, let rest = try await salvage(found.pack) { packs.append(rest) }
        }
        return packs
    }

    /// Sends what is sound of a pack in another one; returns `nil` if nothing is.
    private func salvage(
        _ pack: IndexObject.Pack,
        keeping isWanted: (PackRecord) -> Bool = { _ in true }
    ) async throws(BlobError) -> IndexObject.Pack? {
        var builder = PackBuilder()
        for (record, stored) in try await reader.soundRecords(of: pack) where isWanted(record) {
            builder.append(record, stored)
        }
        return builder.isEmpty ? nil : try await index.send(builder)
    }

    /// Lists all packs anew, and in place of some of them others, with those of their records that are sound
    /// and wanted; returns the names of the index objects that do.
    @discardableResult
    private func rewrite(
        _ replaced: Set<BLAKE3Digest>,
        adding others: [IndexObject.Pack] = [],
        keeping isWanted: (PackRecord) -> Bool
    ) async throws(BlobError) -> Set<BLAKE3Digest> {
        let (known, start) = (known, ContinuousClock.now)
        let (objects, names) = try await Workers.run { () throws(BlobError) in
            (try known.objects(), try known.packNames())
        }
        var listed = others
        for name in names {
            let pack = try await Workers.run { () throws(BlobError) in try known.pack(name) }
            if !replaced.contains(name) {
                listed.append(pack)
            } else if let rest = try await salvage(pack, keeping: isWanted) {
                listed.append(rest)
            }
        }
        let written = try await index.publish(listed, sentAt: start)
        try await index.remove(Array(objects.subtracting(written)))
        return written
    }

    // MARK: blobs

    /// Finds blobs some of whose parts are not there.
    mutating func checkBlobs() async throws(BlobError) {
        let (known, store) = (known, index.storeID)
        var last: BLAKE3Digest?
        while true {
            let after = last
            let page = try await Workers.run { () throws(BlobError) in
                try known.blobs(after: after, limit: Self.pageCount, in: store)
            }
            guard let end = page.last?.digest else { return }
            last = end
            report.blobCount += page.count
            for blob in page {
                guard let problem = try await problem(of: blob.digest) else { continue }
                report.brokenBlobs.append("\(blob.digest): \(problem)")
                brokenBlobs.insert(blob.digest)
            }
        }
    }

    private func problem(of digest: BLAKE3Digest) async throws(BlobError) -> String? {
        guard let location = try await index.knownLocations(of: [digest], as: .blob)[0] else {
            return "its content is gone"
        }
        guard location.record.kind == .description else { return nil }
        do throws(BlobError) {
            let chunks = try await PackedDescriptions(reader).chunkList(at: location)
            let found = try await index.knownLocations(of: chunks.map(\.digest), as: .content)
            let lost = zip(chunks, found).first { $1?.record.size != $0.size }
            return lost.map { "its chunk \($0.0.digest) is gone" }
        } catch {
            guard error.code == .corrupt else { throw error }
            return error.message
        }
    }

    /// Forgets blobs that are not complete.
    mutating func repairBlobs() async throws(BlobError) {
        if brokenBlobs.isEmpty { return }
        let (known, broken) = (known, brokenBlobs)
        let affected = try await Workers.run { () throws(BlobError) in
            var affected: Set<BLAKE3Digest> = []
            for name in try known.packNames() {
                let records = try known.pack(name).records
                if records.contains(where: { $0.isBroken(broken) }) { affected.insert(name) }
            }
            return affected
        }
        try await rewrite(affected) { !$0.isBroken(broken) }
        report.isRepaired = true
    }
}

extension PackRecord {
    /// Whether it says that there is one of these blobs, and not only what others need as well.
    fileprivate func isBroken(_ blobs: Set<BLAKE3Digest>) -> Bool {
        (kind == .description || kind == .mark) && blobs.contains(digest)
    }
}

extension PackReader {
    /// Returns what is wrong with a pack, if something is.
    fileprivate func problem(of pack: IndexObject.Pack) async throws(BlobError) -> String? {
        let place = "\(index.storage.name)/\(PackObject.key(pack.name))"
        guard let content = try await whole(pack.name) else {
            return "\(place): is gone or much too long, with \(pack.records.count) records"
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

    /// Returns what a pack says of itself, or `nil` if that is damaged or the pack is gone.
    fileprivate func directory(
        of name: BLAKE3Digest
    ) async throws(BlobError) -> (pack: IndexObject.Pack, isSound: Bool)? {
        guard let content = try await whole(name) else { return nil }
        return try await Workers.run { () throws(BlobError) in
            guard let records = PackObject.records(of: content) else { return nil }
            let size = UInt64(content.readableBytes)
            return (
                IndexObject.Pack(name: name, size: size, records: records),
                BLAKE3Digest(hashing: content.readableBytesSpan) == name
            )
        }
    }

    /// Returns the records of a pack that are sound.
    fileprivate func soundRecords(
        of pack: IndexObject.Pack
    ) async throws(BlobError) -> [(PackRecord, stored: ByteBuffer)] {
        guard let content = try await whole(pack.name) else { return [] }
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
        return try decode(stored, record) != nil
    }
}
