// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// An index object: the directories of packs.
///
/// What no index object lists is not there.
///
/// | bytes | |
/// |---|---|
/// | 8 | `BLOBIDX1` |
/// | 4 | number of packs |
/// | 4 | number of index objects that this one replaces |
/// | 32 each | their names |
/// | then, for each pack: 32 | its name |
/// | 8 | its size in bytes |
/// | 4 | number of its records |
/// | 4 | zero |
/// | 48 each | its records: see ``PackRecord`` |
///
/// Its key is `packed/index/` and the BLAKE3 of all of it in 64 hexadecimal digits.
struct IndexObject: Hashable, Sendable {
    /// A pack and what is in it.
    struct Pack: Hashable, Sendable {
        var name: BLAKE3Digest
        var size: UInt64
        var records: [PackRecord]

        /// How much it adds to an index object, in bytes.
        var listedByteCount: Int {
            IndexObject.packHeaderByteCount + records.count * PackRecord.byteCount
        }
    }

    private static let magic = "BLOBIDX1"
    fileprivate static let packHeaderByteCount = 48
    static let headerByteCount = 16

    /// The largest index object that is read, in bytes.
    static let byteLimit = 48 << 20

    /// An index object of this size, in bytes, is not made larger.
    static let usualByteCount = 16 << 20

    static let prefix = "packed/index/"

    /// The size of an index object in bytes.
    static func byteCount(packCount: Int, recordCount: Int) -> Int {
        headerByteCount + packCount * packHeaderByteCount + recordCount * PackRecord.byteCount
    }

    var packs: [Pack]

    /// Index objects that are not needed any more.
    var replaced: [BLAKE3Digest]

    init(_ packs: [Pack], replacing replaced: [BLAKE3Digest] = []) {
        self.packs = packs
        self.replaced = replaced
    }

    static func key(_ name: BLAKE3Digest) -> String { "\(prefix)\(name)" }

    /// The index object that a key names.
    static func name(_ key: String) -> BLAKE3Digest? {
        BLAKE3Digest(key: key, prefix: prefix)
    }

    /// Reads an object; `place` names it in errors.
    init(parsing content: ByteBuffer, place: String) throws(BlobError) {
        let damage = BlobError(.corrupt, "\(place): is no sound index of packs")
        var rest = content
        guard let magic = rest.readString(length: 8), magic.hasPrefix("BLOBIDX") else {
            throw damage
        }
        guard magic == Self.magic else {
            throw BlobError(
                .unsupported,
                "\(place): has the format \(magic), this program knows \(Self.magic)"
            )
        }
        guard
            let (count, replacedCount) = rest.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32).self
            )
        else { throw damage }
        replaced = []
        for _ in 0..<replacedCount {
            guard let name = rest.readDigest() else { throw damage }
            replaced.append(name)
        }
        packs = []
        for _ in 0..<count {
            guard let pack = Pack(reading: &rest) else { throw damage }
            packs.append(pack)
        }
        guard rest.readableBytes == 0 else { throw damage }
    }

    /// The content of the object.
    var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(packs.reduce(Self.headerByteCount) { $0 + $1.listedByteCount })
        buffer.writeString(Self.magic)
        buffer.writeMultipleIntegers(
            UInt32(packs.count),
            UInt32(replaced.count),
            endianness: .little
        )
        for name in replaced { buffer.writeDigest(name) }
        for pack in packs { pack.write(to: &buffer) }
        return buffer
    }

    /// Divides packs among index objects of moderate size.
    static func groups(_ packs: [Pack]) -> [[Pack]] {
        var groups: [[Pack]] = []
        var byteCount = Int.max
        for pack in packs {
            if byteCount >= usualByteCount {
                groups.append([])
                byteCount = 0
            }
            groups[groups.count - 1].append(pack)
            byteCount += pack.listedByteCount
        }
        return groups
    }
}

extension IndexObject.Pack {
    /// Takes the next pack, or returns `nil` if there is none that is sound.
    fileprivate init?(reading buffer: inout ByteBuffer) {
        guard let name = buffer.readDigest(),
            let size = buffer.readInteger(endianness: .little, as: UInt64.self),
            let (count, zero) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32).self
            ), zero == 0, count > 0, size <= PackObject.byteLimit,
            buffer.readableBytes >= Int(count) * PackRecord.byteCount
        else { return nil }
        var records: [PackRecord] = []
        records.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let record = PackRecord(reading: &buffer) else { return nil }
            records.append(record)
        }
        let length = records.reduce(PackObject.headerByteCount) { $0 + Int($1.storedLength) }
        guard UInt64(length) <= size else { return nil }
        self.init(name: name, size: size, records: records)
    }

    fileprivate func write(to buffer: inout ByteBuffer) {
        buffer.writeDigest(name)
        buffer.writeInteger(size, endianness: .little)
        buffer.writeMultipleIntegers(UInt32(records.count), UInt32(0), endianness: .little)
        for record in records { record.write(to: &buffer) }
    }
}
