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

    /// `load` returns the content of pages, and `nil` for those that are not there or damaged.
    init(load: @escaping @Sendable ([BLAKE3Digest]) async throws(BlobError) -> [ByteBuffer?]) {
        self.load = load
    }

    /// Returns the hashes that check a range of groups, or `nil` if some are damaged or have gone.
    func outboard(
        of digest: BLAKE3Digest,
        _ record: HashTreeRecord,
        for groups: Range<UInt64>
    ) async throws(BlobError) -> Outboard? {
        var found: [UInt64: [BLAKE3Tree.ChainingValue]] = [:]
        switch record.values {
        case .groups(let values):
            found[0] = values
        case .runs(let runs):
            let needed = record.runs(forOutboardOf: groups).sorted()
            let pages = try await self.pages(needed.map { runs[Int($0)] })
            for (number, page) in zip(needed, pages) {
                guard let page, page.count == record.groups(ofRun: number).count else { return nil }
                found[number] = page
            }
        }
        let pages = found
        return try record.outboard(digest, for: groups) { run in pages[run] ?? [] }
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
