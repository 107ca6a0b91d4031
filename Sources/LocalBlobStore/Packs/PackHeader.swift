// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// The first 64 bytes of a pack.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | `BLOBPACK` |
/// | 8 | 2 | format version, 1 or 2 |
/// | 10 | 6 | zero |
/// | 16 | 8 | marker: random, begins every record of this pack |
/// | 24 | 8 | zero |
/// | 32 | 32 | BLAKE3 of the bytes before |
///
/// Numbers are little-endian here and everywhere in a pack.
struct PackHeader: Hashable, Sendable {
    static let byteCount = 64
    private static let magic: StaticString = "BLOBPACK"

    /// The version of new packs.
    ///
    /// Packs of version 1, which have no hash trees, are read but not appended to: those who know no
    /// other version may read them at the same time.
    static let version: UInt16 = 2

    /// Tells records of this pack from bytes that only look like records, for example a pack that
    /// someone has put as a blob.
    var marker: UInt64

    let version: UInt16

    init() {
        marker = .random(in: .min ... .max)
        version = Self.version
    }

    /// Reads a header; `place` names the file in errors.
    init(parsing buffer: ByteBuffer, place: String) throws(BlobError) {
        var rest = buffer
        guard rest.readableBytes >= Self.byteCount,
            let fields = rest.readSlice(length: 32),
            let digest = rest.readSlice(length: 32),
            fields.getString(at: fields.readerIndex, length: 8) == "\(Self.magic)",
            let version = fields.getInteger(
                at: fields.readerIndex + 8,
                endianness: .little,
                as: UInt16.self
            ),
            let marker = fields.getInteger(
                at: fields.readerIndex + 16,
                endianness: .little,
                as: UInt64.self
            )
        else {
            throw BlobError(.corrupt, "\(place): does not begin like a pack")
        }
        guard
            BLAKE3Digest(copying: digest.readableBytesSpan)
                == BLAKE3Digest(hashing: fields.readableBytesSpan)
        else {
            throw BlobError(.corrupt, "\(place): the header does not match its digest")
        }
        guard (1...Self.version).contains(version) else {
            throw BlobError(
                .unsupported,
                "\(place): has pack format \(version), this program knows \(Self.version)"
            )
        }
        self.marker = marker
        self.version = version
    }

    /// The header as bytes.
    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeStaticString(Self.magic)
        buffer.writeInteger(version, endianness: .little)
        buffer.writeRepeatingByte(0, count: 6)
        buffer.writeInteger(marker, endianness: .little)
        buffer.writeRepeatingByte(0, count: 8)
        buffer.writeDigest(BLAKE3Digest(hashing: buffer.readableBytesSpan))
        return buffer
    }
}
