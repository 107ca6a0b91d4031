// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore

/// The content of the record of a blob of more than one chunk.
///
/// | bytes | |
/// |---|---|
/// | 4 | length of what follows |
/// | | where the list of chunks is: see `SplitBlob` |
/// | 4 | length of what follows; zero if the hashes are not known |
/// | | where the hashes are: see `HashTreeRecord` |
/// | | the pages of the list of chunks, one after the other, or nothing if they are records of their own |
///
/// What is wrong with the hashes shows when they do not lead to the digest, and all else has digests.
struct BlobDescription: Hashable, Sendable {
    /// The pages of a list are a part of the description up to so many bytes: those of some 30 GiB.
    static let inlineByteLimit = 4 << 20

    var blob: SplitBlob
    var hashTree: HashTreeRecord?
    /// The content of the pages of the list of chunks, or none if they are elsewhere.
    var pages: [ByteBuffer]

    init(_ blob: SplitBlob, _ hashTree: HashTreeRecord?, pages: [ByteBuffer]) {
        self.blob = blob
        self.hashTree = hashTree
        self.pages = pages
    }

    /// Reads the content of a record, or returns `nil` if it is not sound.
    init?(parsing content: ByteBuffer, of digest: BLAKE3Digest) {
        var rest = content
        guard let list = rest.readLengthPrefixedSlice(endianness: .little, as: UInt32.self),
            let blob = SplitBlob(parsing: list),
            let hashes = rest.readLengthPrefixedSlice(endianness: .little, as: UInt32.self)
        else { return nil }
        self.blob = blob
        if hashes.readableBytes > 0 {
            guard let tree = HashTreeRecord(parsing: hashes, of: digest), tree.size == blob.size
            else { return nil }
            hashTree = tree
        }
        pages = []
        if rest.readableBytes == 0 { return }
        for page in blob.pages {
            // All pages but the last are full.
            let length = min(rest.readableBytes, ChunkListPage.fullByteCount)
            guard let content = rest.readSlice(length: length), length > 0,
                BLAKE3Digest(hashing: content.readableBytesSpan) == page.digest
            else { return nil }
            pages.append(content)
        }
        guard rest.readableBytes == 0 else { return nil }
    }

    /// The content of the record.
    func encoded() throws(BlobError) -> ByteBuffer {
        var buffer = ByteBuffer()
        do {
            try buffer.writeLengthPrefixed(endianness: .little, as: UInt32.self) { buffer in
                buffer.writeImmutableBuffer(blob.encoded)
            }
            try buffer.writeLengthPrefixed(endianness: .little, as: UInt32.self) { buffer in
                hashTree.map { buffer.writeImmutableBuffer($0.encoded) } ?? 0
            }
        } catch {
            throw BlobError(.refused, "the blob is too large", cause: error)
        }
        for page in pages { buffer.writeImmutableBuffer(page) }
        return buffer
    }
}
