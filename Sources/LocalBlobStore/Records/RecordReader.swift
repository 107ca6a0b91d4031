// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore

/// Reads records and checks them: what it returns matches its digest.
///
/// Every call blocks; callers run on ``Workers``.
struct RecordReader: Sendable {
    let packs: PackFolder
    let codec: ZstdCodec

    /// Returns the content of a record.
    ///
    /// Fails with `.corrupt`, naming pack and offset, if the record is not the one that the index
    /// says, or does not match its digest. Whoever checks the content of a chunk or of a hash tree
    /// in another way can have the hashing left out.
    func content(
        of digest: BLAKE3Digest,
        at place: RecordPlace,
        hashing: Bool = true
    ) throws(BlobError) -> ByteBuffer {
        let maximum = RecordHeader.byteCount + RecordHeader.maximumContentLength
        guard place.length <= maximum else { throw damage(digest, place, "is too long") }
        let file: File
        do throws(BlobError) {
            file = try packs.file(place.pack)
        } catch {
            guard error.saysFileIsMissing else { throw error }
            throw damage(digest, place, "is gone, as the file is")
        }
        let record = try file.read(Int(place.length), at: place.position)
        guard let header = RecordHeader(parsing: record, marker: nil),
            header.digest == digest,
            header.recordLength == place.length
        else { throw damage(digest, place, "has no sound header") }
        guard record.readableBytes == place.length else {
            throw damage(digest, place, "is cut off")
        }
        guard let content = try content(of: record, header, hashing: hashing) else {
            throw damage(digest, place, "does not match its digest")
        }
        return content
    }

    /// Returns the content of a whole record that is in memory, or `nil` if it is damaged.
    func content(
        of record: ByteBuffer,
        _ header: RecordHeader,
        hashing: Bool = true
    ) throws(BlobError) -> ByteBuffer? {
        guard
            var content = record.getSlice(
                at: record.readerIndex + RecordHeader.byteCount,
                length: Int(header.storedLength)
            )
        else { return nil }
        if header.encoding == .zstd {
            let plain = try codec.decompress(
                content.readableBytesSpan,
                length: Int(header.contentLength)
            )
            guard let plain else { return nil }
            content = plain
        }
        guard content.readableBytes == header.contentLength else { return nil }
        switch header.kind {
        case .chunk where !hashing, .hashTree where !hashing:
            return content
        case .chunk, .page:
            return BLAKE3Digest(hashing: content.readableBytesSpan) == header.digest ? content : nil
        case .splitBlob:
            return SplitBlob(parsing: content) == nil ? nil : content
        case .hashTree:
            return HashTreeRecord(parsing: content, of: header.digest) == nil ? nil : content
        case .mark:
            return content
        }
    }

    private func damage(
        _ digest: BLAKE3Digest,
        _ place: RecordPlace,
        _ problem: String
    ) -> BlobError {
        let file = packs.path(of: place.pack)
        return BlobError(
            .corrupt,
            "\(digest): the record in \(file) at offset \(place.position) \(problem)"
        )
    }
}
