// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import NIOCore

extension StoreReader {
    /// Returns the stored hash tree of a split blob, or `nil` if there is none or it is damaged.
    func storedTree(_ entry: IndexEntry) throws(BlobError) -> BlobTree? {
        guard let place = try index.hashTree(of: entry.digest) else { return nil }
        do throws(BlobError) {
            let content = try records.content(of: entry.digest, at: place, hashing: false)
            guard let record = HashTreeRecord(parsing: content, of: entry.digest),
                record.size == entry.size
            else { return nil }
            return BlobTree(entry.digest, record, of: try splitBlob(entry), reader: self)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    /// Returns the content of a page, or `nil` if there is none.
    func content(ofPage digest: BLAKE3Digest) throws(BlobError) -> ByteBuffer? {
        guard let entry = try index.entry(of: digest) else { return nil }
        let limit = UInt64(RecordHeader.maximumContentLength)
        return try bytes(of: entry, below: limit, depth: 0)
    }

    /// Computes the chaining values of some groups of a blob from its chunks, each of which is checked.
    ///
    /// Memory: one chunk and one group.
    func groupValues(
        of blob: SplitBlob,
        _ digest: BLAKE3Digest,
        _ groups: Range<UInt64>
    ) throws(BlobError) -> [BLAKE3Tree.ChainingValue] {
        let tree = HashTree(size: blob.size)
        let wanted = tree.bytes(ofGroups: groups)
        var values: [BLAKE3Tree.ChainingValue] = []
        var pending = ByteBuffer()
        var position: UInt64 = 0
        for page in blob.pages {
            let pageEnd = position + page.byteCount
            guard pageEnd > wanted.lowerBound, position < wanted.upperBound else {
                position = pageEnd
                continue
            }
            for chunk in try self.page(page, of: digest).chunks {
                defer { position += chunk.size }
                guard position < wanted.upperBound, position + chunk.size > wanted.lowerBound
                else { continue }
                let content = try self.chunk(chunk, try index.entry(of: chunk.digest), of: digest)
                guard let part = content.part(wanted, at: position) else { continue }
                pending.join(part)
                let isLast = position + chunk.size >= wanted.upperBound
                let unit = tree.groupSize.byteCount
                let length =
                    isLast
                    ? pending.readableBytes : pending.readableBytes / unit * unit
                guard let whole = pending.readSlice(length: length) else { continue }
                values += BLAKE3Tree.groupChainingValues(
                    of: whole.readableBytesSpan,
                    at: .init(
                        rawValue: (groups.lowerBound + UInt64(values.count))
                            * tree.groupSize.chunkCount
                    ),
                    groupLog: tree.groupSize.log
                )
            }
        }
        guard values.count == groups.count else {
            throw BlobError(.corrupt, "\(digest): its chunk list ends at \(position)")
        }
        return values
    }
}
