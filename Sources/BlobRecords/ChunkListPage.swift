// SPDX-License-Identifier: Apache-2.0
import BLAKE3
package import BlobStore
package import NIOCore

/// A part of the chunk list of a blob: for each chunk its digest (32 bytes) and size (4 bytes).
///
/// Lists are kept in pages so that the memory of a reader or writer does not grow with the blob: a
/// page describes some 1.3 GiB.
package struct ChunkListPage: Sendable {
    package static let maximumCount = 4096
    private static let entryByteCount = BLAKE3Digest.byteCount + 4

    /// The length of a page with as many chunks as there can be, in bytes.
    package static var fullByteCount: Int { maximumCount * entryByteCount }

    package var chunks: [ChunkReference] = []

    package init() {}

    /// Reads the content of a record, or returns `nil` if it is not sound.
    package init?(parsing content: ByteBuffer) {
        var rest = content
        guard rest.readableBytes % Self.entryByteCount == 0,
            rest.readableBytes / Self.entryByteCount <= Self.maximumCount
        else { return nil }
        chunks.reserveCapacity(rest.readableBytes / Self.entryByteCount)
        while let digest = rest.readDigest() {
            guard let size = rest.readInteger(endianness: .little, as: UInt32.self), size > 0
            else { return nil }
            chunks.append(ChunkReference(digest: digest, size: UInt64(size)))
        }
    }

    /// The number of bytes of the blob that the chunks cover.
    package var byteCount: UInt64 { chunks.reduce(0) { $0 + $1.size } }

    /// The content of the record.
    package var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(chunks.count * Self.entryByteCount)
        for chunk in chunks {
            buffer.writeDigest(chunk.digest)
            buffer.writeInteger(UInt32(chunk.size), endianness: .little)
        }
        return buffer
    }
}
