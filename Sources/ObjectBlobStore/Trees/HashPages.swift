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

    /// The chaining values of the groups of a run, and the one that these lead to, which is proven.
    private struct Page: Sendable {
        var values: [BLAKE3Tree.ChainingValue]
        var value: BLAKE3Tree.ChainingValue
    }

    private let load: @Sendable ([BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?]
    private let kept = Mutex(RecentlyUsed<Page>(limit: HashPages.keptByteCount))
    private let remaking = Turns<BLAKE3Digest>()

    /// `load` returns the content of pages, and `nil` for those that are not there or damaged.
    init(load: @escaping @Sendable ([BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?]) {
        self.load = load
    }

    /// Returns the hashes that check a range of groups.
    ///
    /// Pages that are damaged or have gone are made anew of what `read` returns of the blob, 64 MiB for each, and
    /// kept in memory; `nil` if it is not there any more.
    ///
    /// - Throws: The code is `corrupt` if that is another blob.
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
                let made = try await remake(
                    runs[Int(number)],
                    record.groups(ofRun: number),
                    of: digest,
                    read
                )
                guard let made else { return nil }
                found[number] = made
            }
        }
        let pages = found
        return try record.outboard(digest, for: groups) { run in pages[run] ?? [] }
    }

    /// Makes a page anew; returns `nil` if the blob is gone.
    private func remake(
        _ run: HashTreeRecord.Run,
        _ groups: Range<UInt64>,
        of digest: BLAKE3Digest,
        _ read: (ByteRange) async throws(BlobError) -> BlobBody?
    ) async throws(BlobError) -> [BLAKE3Tree.ChainingValue]? {
        try await remaking.take(run.page) { () throws(BlobError) in
            if let values = keptValues(of: run), values.count == groups.count { return values }
            let groupSize = UInt64(GroupSize.standard.byteCount)
            let bytes = groups.lowerBound * groupSize..<groups.upperBound * groupSize
            let range = ByteRange(from: bytes.lowerBound, upTo: bytes.upperBound)
            guard let body = try await read(range) else { return nil }
            let values = try await Self.values(of: body, from: groups.lowerBound)
            guard values.count == groups.count, BLAKE3Tree.chainingValue(over: values) == run.value
            else {
                throw BlobError(
                    .corrupt,
                    "\(digest): its chunks do not match its hashes from byte \(bytes.lowerBound) on"
                )
            }
            keep(values, run)
            return values
        }
    }

    /// Returns the chaining values of groups; `body` has their content.
    private static func values(
        of body: BlobBody,
        from first: UInt64
    ) async throws(BlobError) -> [BLAKE3Tree.ChainingValue] {
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
        return values
    }

    private func pages(
        _ runs: [HashTreeRecord.Run]
    ) async throws(BlobError) -> [[BLAKE3Tree.ChainingValue]?] {
        var pages = runs.map(keptValues)
        let absent = pages.indices.filter { pages[$0] == nil }
        if absent.isEmpty { return pages }
        let contents = try await load(absent.map { runs[$0].page })
        for (index, content) in zip(absent, contents) {
            guard let content, let values = HashTreeRecord.chainingValues(in: content),
                !values.isEmpty,
                BLAKE3Tree.chainingValue(over: values) == runs[index].value
            else { continue }
            pages[index] = values
            keep(values, runs[index])
        }
        return pages
    }

    private func keptValues(of run: HashTreeRecord.Run) -> [BLAKE3Tree.ChainingValue]? {
        let page = kept.withLock { $0.use(run.page) }
        // Which page has the values of a run, anybody may claim.
        return page?.value == run.value ? page?.values : nil
    }

    /// Keeps the values that lead to that of a run in memory.
    func keep(_ values: [BLAKE3Tree.ChainingValue], _ run: HashTreeRecord.Run) {
        let byteCount = values.count * BLAKE3Tree.ChainingValue.byteCount
        kept.withLock {
            $0.add(Page(values: values, value: run.value), run.page, byteCount: byteCount)
        }
    }
}
