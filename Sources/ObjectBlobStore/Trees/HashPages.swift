// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore
import Synchronization

/// The pages of hash trees, which are checked against the upper levels.
///
/// Memory: 16 MiB of those that were read last.
final class HashPages: Sendable {
    static let pageByteCount =
        Int(HashTreeRecord.runGroupCount) * BLAKE3Tree.ChainingValue.byteCount
    private static let keptByteCount = 16 << 20

    private let load: @Sendable ([BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?]
    private let kept = Mutex(
        RecentlyUsed<[BLAKE3Tree.ChainingValue]>(limit: HashPages.keptByteCount)
    )

    private let remaking = Turns<BLAKE3Digest>()

    /// `load` returns the content of pages, and `nil` for those that are not there or damaged.
    init(load: @escaping @Sendable ([BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?]) {
        self.load = load
    }

    /// Returns the hashes that check a range of groups.
    ///
    /// Pages that are damaged or have gone are made anew of what `read` returns of the blob, 64 MiB for each;
    /// `nil` if that is another blob.
    func outboard(
        of digest: BLAKE3Digest,
        _ record: HashTreeRecord,
        for groups: Range<UInt64>,
        read: (ByteRange) async throws(BlobError) -> BlobBody?
    ) async throws(BlobError) -> Outboard? {
        var found: [UInt64: [BLAKE3Tree.ChainingValue]] = [:]
        switch record.values {
        case .groups(let values):
            found[0] = values
        case .runs(let runs):
            let needed = record.runs(forOutboardOf: groups).sorted()
            let pages = try await self.pages(needed.map { runs[Int($0)] })
            for (number, page) in zip(needed, pages) {
                if let page, page.count == record.groups(ofRun: number).count {
                    found[number] = page
                    continue
                }
                let groups = record.groups(ofRun: number)
                found[number] = try await remake(runs[Int(number)], of: groups, read)
                if found[number] == nil { return nil }
            }
        }
        let pages = found
        return try record.outboard(digest, for: groups) { run in pages[run] ?? [] }
    }

    /// Makes a page anew; returns `nil` if `read` returns something else than the groups of its run.
    private func remake(
        _ run: HashTreeRecord.Run,
        of groups: Range<UInt64>,
        _ read: (ByteRange) async throws(BlobError) -> BlobBody?
    ) async throws(BlobError) -> [BLAKE3Tree.ChainingValue]? {
        try await remaking.take(run.page) { () throws(BlobError) in
            if let page = kept.withLock({ $0.use(run.page) }), page.count == groups.count {
                return page
            }
            let groupSize = UInt64(GroupSize.standard.byteCount)
            let range = ByteRange(
                from: groups.lowerBound * groupSize,
                upTo: groups.upperBound * groupSize
            )
            guard let body = try await read(range),
                let page = try await Self.values(of: body, from: groups.lowerBound),
                BLAKE3Tree.chainingValue(over: page) == run.value
            else { return nil }
            keep(page, run.page)
            return page
        }
    }

    /// Returns the chaining values of groups, or `nil` if there are none; `body` has their content.
    private static func values(
        of body: BlobBody,
        from first: UInt64
    ) async throws(BlobError) -> [BLAKE3Tree.ChainingValue]? {
        let groupSize = GroupSize.standard
        var values: [BLAKE3Tree.ChainingValue] = []
        var pending = ByteBuffer()
        func take(_ byteCount: Int) {
            guard let group = pending.readSlice(length: byteCount) else { return }
            let start = (first + UInt64(values.count)) * groupSize.chunkCount
            values.append(
                BLAKE3Tree.chainingValue(of: group.readableBytesSpan, at: .init(rawValue: start))
            )
        }
        for try await piece in body {
            pending.join(piece)
            while pending.readableBytes >= groupSize.byteCount { take(groupSize.byteCount) }
        }
        if pending.readableBytes > 0 { take(pending.readableBytes) }
        return values.isEmpty ? nil : values
    }

    private func pages(
        _ runs: [HashTreeRecord.Run]
    ) async throws(BlobError) -> [[BLAKE3Tree.ChainingValue]?] {
        var pages = kept.withLock { kept in runs.map { kept.use($0.page) } }
        let absent = pages.indices.filter { pages[$0] == nil }
        if absent.isEmpty { return pages }
        let contents = try await load(absent.map { runs[$0].page })
        for (index, content) in zip(absent, contents) {
            guard let content, let values = HashTreeRecord.chainingValues(in: content),
                !values.isEmpty,
                BLAKE3Tree.chainingValue(over: values) == runs[index].value
            else { continue }
            pages[index] = values
            keep(values, runs[index].page)
        }
        return pages
    }

    /// Keeps a page in memory.
    func keep(_ values: [BLAKE3Tree.ChainingValue], _ page: BLAKE3Digest) {
        let byteCount = values.count * BLAKE3Tree.ChainingValue.byteCount
        kept.withLock { $0.add(values, page, byteCount: byteCount) }
    }
}
