// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore

/// Finds and reads blobs, chunk lists and chunks.
///
/// Every call blocks; callers run on ``Workers``.
struct StoreReader: Sendable {
    /// How often a part of a blob may have been cut by itself.
    private static let maximumDepth = 16

    let index: StoreIndex
    let records: RecordReader

    /// Returns the list of pages of a split blob.
    func splitBlob(_ entry: IndexEntry) throws(BlobError) -> SplitBlob {
        let content = try records.content(of: entry.digest, at: entry.place)
        guard let blob = SplitBlob(parsing: content), blob.size == entry.size else {
            throw BlobError(.corrupt, "\(entry.digest): the index has another size for this blob")
        }
        return blob
    }

    /// Returns a page of the chunk list of a blob.
    func page(
        _ page: SplitBlob.Page,
        of blob: BLAKE3Digest,
        depth: Int = 0
    ) throws(BlobError) -> ChunkListPage {
        guard let entry = try index.entry(of: page.digest) else {
            throw BlobError(
                .corrupt,
                "\(blob): the page \(page.digest) of its chunk list is missing"
            )
        }
        let limit = UInt64(RecordHeader.maximumContentLength)
        let content = try bytes(of: entry, below: limit, depth: depth)
        guard let chunks = ChunkListPage(parsing: content), chunks.byteCount == page.byteCount
        else { throw BlobError(.corrupt, "\(blob): the page \(page.digest) is not a chunk list") }
        return chunks
    }

    /// Returns the bytes of a chunk, which must be in the index.
    ///
    /// Whoever checks them against the hash tree of the blob can have the hashing left out.
    func chunk(
        _ chunk: ChunkReference,
        _ entry: IndexEntry?,
        of blob: BLAKE3Digest,
        hashing: Bool = true
    ) throws(BlobError) -> ByteBuffer {
        guard let entry else {
            throw BlobError(.corrupt, "\(blob): its chunk \(chunk.digest) is missing")
        }
        let limit = UInt64(RecordHeader.maximumContentLength)
        let content = try bytes(of: entry, below: limit, depth: 0, hashing: hashing)
        guard content.readableBytes == chunk.size else {
            throw BlobError(.corrupt, "\(blob): its chunk \(chunk.digest) has another size")
        }
        return content
    }

    /// Returns the bytes of a chunk or page.
    ///
    /// It may be a split blob itself, if someone has put the same bytes and had them cut otherwise.
    /// Nobody nests them deeply; only a false record leads back to itself.
    func bytes(
        of entry: IndexEntry,
        below limit: UInt64,
        depth: Int,
        hashing: Bool = true
    ) throws(BlobError) -> ByteBuffer {
        guard entry.kind.contains(.split) else {
            return try records.content(
                of: entry.digest,
                at: entry.place,
                hashing: hashing
            )
        }
        guard depth < Self.maximumDepth else {
            throw BlobError(.corrupt, "\(entry.digest): its parts are nested too deeply")
        }
        guard entry.size <= limit else {
            throw BlobError(.corrupt, "\(entry.digest): is larger than what it is a part of")
        }
        var content = ByteBuffer()
        for page in try splitBlob(entry).pages {
            for chunk in try self.page(page, of: entry.digest, depth: depth + 1).chunks {
                guard let part = try index.entry(of: chunk.digest), part.size == chunk.size,
                    part.size < entry.size
                else {
                    throw BlobError(
                        .corrupt,
                        "\(entry.digest): its chunk \(chunk.digest) is missing, or another"
                    )
                }
                var bytes = try bytes(of: part, below: entry.size, depth: depth + 1)
                content.writeBuffer(&bytes)
            }
        }
        guard BLAKE3Digest(hashing: content.readableBytesSpan) == entry.digest else {
            throw BlobError(.corrupt, "\(entry.digest): its chunks make another blob")
        }
        return content
    }

    /// Returns the whole chunk list of a blob.
    func chunkList(_ entry: IndexEntry) throws(BlobError) -> [ChunkReference] {
        guard entry.kind.contains(.split) else { return [] }
        var chunks: [ChunkReference] = []
        for page in try splitBlob(entry).pages {
            chunks += try self.page(page, of: entry.digest).chunks
        }
        return chunks
    }
}
