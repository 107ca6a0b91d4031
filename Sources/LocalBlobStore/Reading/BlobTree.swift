// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore
import Synchronization

/// The hash tree of a split blob, with which its content is checked.
///
/// The upper level has been checked against the digest; a page is checked when it is read. If a page is
/// damaged or has gone, its values are computed from the content once more.
///
/// Memory: 64 bytes for each 64 MiB of the blob, and two pages of 128 KiB.
final class BlobTree: Sendable {
    private static let keptPageCount = 2

    let digest: BLAKE3Digest
    let shape: HashTree
    private let record: HashTreeRecord
    let blob: SplitBlob
    private let reader: StoreReader
    private let pages = Mutex<[(run: UInt64, values: [BLAKE3Tree.ChainingValue])]>([])

    init(
        _ digest: BLAKE3Digest,
        _ record: HashTreeRecord,
        of blob: SplitBlob,
        reader: StoreReader
    ) {
        self.digest = digest
        self.record = record
        self.blob = blob
        self.reader = reader
        shape = HashTree(size: record.size)
    }

    /// Returns the values of a range of groups.
    func values(of groups: Range<UInt64>) throws(BlobError) -> [BLAKE3Tree.ChainingValue] {
        let length = HashTreeRecord.runGroupCount
        var values: [BLAKE3Tree.ChainingValue] = []
        values.reserveCapacity(groups.count)
        var next = groups.lowerBound
        while next < groups.upperBound {
            let run = next / length
            let end = min((run + 1) * length, groups.upperBound)
            let page = try page(run)
            values += page[Int(next - run * length)..<Int(end - run * length)]
            next = end
        }
        return values
    }

    /// Returns the values of the groups of a run.
    private func page(_ run: UInt64) throws(BlobError) -> [BLAKE3Tree.ChainingValue] {
        guard case .runs(let runs) = record.values else {
            if case .groups(let values) = record.values { return values }
            return []
        }
        if let known = pages.withLock({ $0.first { $0.run == run } }) { return known.values }
        let groups = record.groups(ofRun: run)
        var values = try storedPage(runs[Int(run)], groups.count)
        if values == nil {
            let computed = try reader.groupValues(of: blob, digest, groups)
            guard BLAKE3Tree.chainingValue(over: computed) == runs[Int(run)].value else {
                throw mismatch(shape.bytes(ofGroups: groups))
            }
            values = computed
        }
        let found = values ?? []
        pages.withLock { pages in
            // Another reader may have been quicker.
            if pages.contains(where: { $0.run == run }) { return }
            if pages.count >= Self.keptPageCount { pages.removeFirst() }
            pages.append((run, found))
        }
        return found
    }

    /// Whether the index knows every page; without one, its values are computed with each need.
    func hasEveryPage() throws(BlobError) -> Bool {
        guard case .runs(let runs) = record.values else { return true }
        for run in runs where try reader.index.entry(of: run.page) == nil { return false }
        return true
    }

    /// Returns `nil` if the page has gone, is damaged, or is another.
    private func storedPage(
        _ run: HashTreeRecord.Run,
        _ count: Int
    ) throws(BlobError) -> [BLAKE3Tree.ChainingValue]? {
        do throws(BlobError) {
            guard let page = try reader.content(ofPage: run.page),
                let values = HashTreeRecord.chainingValues(in: page), values.count == count,
                BLAKE3Tree.chainingValue(over: values) == run.value
            else { return nil }
            return values
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    /// Whether whole groups, the first of which is number `group`, are those of the blob.
    func matches(_ content: RawSpan, from group: UInt64) throws(BlobError) -> Bool {
        let found = BLAKE3Tree.groupChainingValues(
            of: content,
            at: .init(rawValue: group * shape.groupSize.chunkCount),
            groupLog: shape.groupSize.log
        )
        return try values(of: group..<group + UInt64(found.count)) == found
    }

    /// Says that the chunks of a blob are sound and yet are not its content.
    func mismatch(_ bytes: Range<UInt64>) -> BlobError {
        BlobError(
            .corrupt,
            "\(digest): its chunks make another blob, see bytes"
                + " \(bytes.lowerBound)..<\(bytes.upperBound)"
        )
    }

    /// Returns the hashes that check a range of groups.
    func outboard(for groups: Range<UInt64>) throws(BlobError) -> Outboard {
        try record.outboard(digest, for: groups) { (run) throws(BlobError) in try page(run) }
    }
}
