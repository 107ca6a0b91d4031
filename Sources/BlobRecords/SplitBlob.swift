// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
import BlobStore
package import NIOCore

/// The content of the record of a blob of more than one chunk: where its chunk list is.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | size of the blob in bytes |
/// | 8 | 4 | number of pages |
/// | 12 | 40 each | digest of the page (32), bytes of the blob that its chunks cover (8) |
/// | then | 32 | BLAKE3 of all before |
package struct SplitBlob: Hashable, Sendable {
    package struct Page: Hashable, Sendable {
        package var digest: BLAKE3Digest
        package var byteCount: UInt64

        package init(digest: BLAKE3Digest, byteCount: UInt64) {
            self.digest = digest
            self.byteCount = byteCount
        }
    }

    package var size: UInt64
    package var pages: [Page]

    package init(size: UInt64, pages: [Page]) {
        self.size = size
        self.pages = pages
    }

    /// Reads the content of a record, or returns `nil` if it is not sound.
    package init?(parsing content: ByteBuffer) {
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
    package var encoded: ByteBuffer {
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
