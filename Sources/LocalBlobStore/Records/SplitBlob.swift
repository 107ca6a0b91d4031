// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// The content of the record of a blob of more than one chunk: where its chunk list is.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | size of the blob in bytes |
/// | 8 | 4 | number of pages |
/// | 12 | 40 each | digest of the page (32), bytes of the blob that its chunks cover (8) |
/// | then | 32 | BLAKE3 of all before |
struct SplitBlob: Hashable, Sendable {
    struct Page: Hashable, Sendable {
        var digest: BLAKE3Digest
        var byteCount: UInt64
    }

    var size: UInt64
    var pages: [Page]

    init(size: UInt64, pages: [Page]) {
        self.size = size
        self.pages = pages
    }

    /// Reads the content of a record, or returns `nil` if it is not sound.
    init?(parsing content: ByteBuffer) {
        var rest = content
        guard let size = rest.readInteger(endianness: .little, as: UInt64.self),
            let count = rest.readInteger(endianness: .little, as: UInt32.self),
            rest.readableBytes == Int(count) * 40 + BLAKE3Digest.byteCount
        else { return nil }
        var pages: [Page] = []
        pages.reserveCapacity(Int(count))
        var sum: UInt64 = 0
        for _ in 0..<count {
            guard let digest = rest.readDigest(),
                let bytes = rest.readInteger(endianness: .little, as: UInt64.self)
            else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(bytes)
            if overflow { return nil }
            sum = total
            pages.append(Page(digest: digest, byteCount: bytes))
        }
        let body = content.readableBytesSpan.extracting(
            droppingLast: BLAKE3Digest.byteCount
        )
        guard sum == size, rest.readDigest() == BLAKE3Digest(hashing: body) else { return nil }
        self.init(size: size, pages: pages)
    }

    /// The content of the record.
    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(size, endianness: .little)
        buffer.writeInteger(UInt32(pages.count), endianness: .little)
        for page in pages {
            buffer.writeDigest(page.digest)
            buffer.writeInteger(page.byteCount, endianness: .little)
        }
        buffer.writeDigest(BLAKE3Digest(hashing: buffer.readableBytesSpan))
        return buffer
    }
}
