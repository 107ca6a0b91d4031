// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobRecords
import BlobStore
import NIOCore

/// Stores chunks and lists, each only once.
///
/// Every call blocks; callers run on ``Workers``.
struct ChunkStore: Sendable {
    let index: StoreIndex
    let log: WriteLog
    let codec: ZstdCodec
    let compression: LocalStoreOptions.Compression

    /// Stores a chunk, perhaps one that is a whole blob as well, unless it is there.
    func store(
        _ content: RawSpan,
        _ digest: BLAKE3Digest,
        isBlob: Bool
    ) throws(BlobError) {
        if let known = try known(digest) {
            if isBlob, !known.kind.contains(.blob) { try log.mark(known) }
            return
        }
        guard case .zstd(let level) = compression else {
            return try append(.chunk, digest, isBlob: isBlob, content, compressed: nil)
        }
        try codec.withCompressed(content, level: level) { (compressed) throws(BlobError) in
            try append(.chunk, digest, isBlob: isBlob, content, compressed: compressed)
        }
    }

    /// Stores a page of a chunk list.
    func store(_ page: ChunkListPage) throws(BlobError) -> SplitBlob.Page {
        SplitBlob.Page(digest: try storePage(page.encoded), byteCount: page.byteCount)
    }

    /// Stores a page of a list and returns its digest.
    func storePage(_ content: ByteBuffer) throws(BlobError) -> BLAKE3Digest {
        let bytes = content.readableBytesSpan
        let digest = BLAKE3Digest(hashing: bytes)
        if try known(digest) == nil {
            try append(.page, digest, isBlob: false, bytes, compressed: nil)
        }
        return digest
    }

    /// Stores the chaining values of a run of groups.
    func store(_ values: [BLAKE3Tree.ChainingValue]) throws(BlobError) -> HashTreeRecord.Run {
        HashTreeRecord.Run(
            value: BLAKE3Tree.chainingValue(over: values),
            page: try storePage(HashTreeRecord.page(of: values))
        )
    }

    /// Stores the hash tree of a blob, if there is none.
    func store(_ tree: HashTreeRecord, of digest: BLAKE3Digest) throws(BlobError) {
        if try index.hashTree(of: digest) == nil { try log.append(tree, of: digest) }
    }

    /// Stores the record of a split blob, if there is none.
    func store(_ blob: SplitBlob, _ digest: BLAKE3Digest) throws(BlobError) {
        if let known = try known(digest) {
            if !known.kind.contains(.blob) { try log.mark(known) }
            return
        }
        let content = blob.encoded
        let length = content.readableBytes
        guard length <= RecordHeader.maximumContentLength else {
            throw BlobError(.refused, "\(digest): is too large for this store")
        }
        let header = RecordHeader(
            .splitBlob,
            digest,
            isBlob: true,
            contentLength: length,
            storedLength: length
        )
        try log.append(header, content.readableBytesSpan, splitBlobSize: blob.size)
    }

    private func known(_ digest: BLAKE3Digest) throws(BlobError) -> IndexEntry? {
        if let entry = log.staged(digest) { return entry }
        return try index.entry(of: digest)
    }

    private func append(
        _ kind: RecordHeader.Kind,
        _ digest: BLAKE3Digest,
        isBlob: Bool,
        _ content: RawSpan,
        compressed: ByteBuffer?
    ) throws(BlobError) {
        let header = RecordHeader(
            kind,
            digest,
            isBlob: isBlob,
            encoding: compressed == nil ? .plain : .zstd,
            contentLength: content.byteCount,
            storedLength: compressed?.readableBytes ?? content.byteCount
        )
        if let compressed {
            try log.append(header, compressed.readableBytesSpan)
        } else {
            try log.append(header, content)
        }
    }
}
