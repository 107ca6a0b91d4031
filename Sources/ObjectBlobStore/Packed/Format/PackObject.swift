// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// A pack: an object with the content of many records, and behind them a directory of these.
///
/// | bytes | |
/// |---|---|
/// | 8 | `BLOBPAK1` |
/// | 8 | at random, so that no two packs have the same name |
/// | as the directory says | the stored content of each record, one after the other |
/// | 48 each | the directory: see ``PackRecord`` |
/// | 32 | BLAKE3 of the directory |
/// | 4 | number of records |
/// | 4 | zero |
/// | 8 | `BLOBPAK1` |
///
/// Its key is `packed/packs/` and the BLAKE3 of all of it in 64 hexadecimal digits.
enum PackObject {
    static let magic = "BLOBPAK1"
    static let headerByteCount = 16
    static let trailerByteCount = 48

    /// The largest pack, in bytes.
    static let byteLimit: UInt64 = 256 << 20

    static let prefix = "packed/packs/"

    static func key(_ name: BLAKE3Digest) -> String { "\(prefix)\(name)" }

    /// The pack that a key names.
    static func name(_ key: String) -> BLAKE3Digest? {
        BLAKE3Digest(key: key, prefix: prefix)
    }

    /// What comes before the content of records.
    static func beginning() -> ByteBuffer {
        var buffer = ByteBuffer(string: magic)
        buffer.writeInteger(UInt64.random(in: .min ... .max))
        return buffer
    }

    /// What follows the content of records.
    static func ending(_ records: [PackRecord]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(records.count * PackRecord.byteCount + trailerByteCount)
        for record in records { record.write(to: &buffer) }
        buffer.writeDigest(BLAKE3Digest(hashing: buffer.readableBytesSpan))
        buffer.writeMultipleIntegers(UInt32(records.count), UInt32(0), endianness: .little)
        buffer.writeString(magic)
        return buffer
    }

    /// Reads the directory of a whole pack, or returns `nil` if it is not sound.
    static func records(of pack: ByteBuffer) -> [PackRecord]? {
        let size = pack.readableBytes
        guard size >= headerByteCount + trailerByteCount,
            pack.getString(at: pack.readerIndex, length: 8) == magic,
            var trailer = pack.getSlice(
                at: pack.writerIndex - trailerByteCount,
                length: trailerByteCount
            ),
            let digest = trailer.readDigest(),
            let (count, zero) = trailer.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32).self
            ), zero == 0,
            trailer.readString(length: 8) == magic
        else { return nil }
        let length = Int(count) * PackRecord.byteCount
        guard length <= size - headerByteCount - trailerByteCount,
            var directory = pack.getSlice(
                at: pack.writerIndex - trailerByteCount - length,
                length: length
            ), BLAKE3Digest(hashing: directory.readableBytesSpan) == digest
        else { return nil }
        var records: [PackRecord] = []
        records.reserveCapacity(Int(count))
        while let record = PackRecord(reading: &directory) { records.append(record) }
        let contentLength = records.reduce(0) { $0 + Int($1.storedLength) }
        guard records.count == count,
            contentLength == size - headerByteCount - trailerByteCount - length
        else { return nil }
        return records
    }
}
