// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// What a directory says of a record of a pack.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 32 | digest |
/// | 32 | 8 | size: of the blob if it is one of more chunks, else of the content, in bytes |
/// | 40 | 4 | stored length in bytes |
/// | 44 | 1 | kind: 1 chunk, 2 page, 3 description, 4 mark |
/// | 45 | 1 | encoding: 0 as it is, 1 one zstd frame |
/// | 46 | 1 | flags: 1 the digest was put as a blob |
/// | 47 | 1 | zero |
///
/// Numbers are little-endian here and everywhere in packs and index objects.
struct PackRecord: Hashable, Sendable {
    static let byteCount = 48

    /// The largest content of a record, in bytes.
    static let contentByteLimit = 16 << 20

    enum Kind: UInt8, Sendable {
        /// Content of blobs; the digest is that of the content.
        case chunk = 1
        /// A part of a list of chunks or of hashes; the digest is that of the content.
        case page = 2
        /// Of which chunks a blob is made (see ``BlobDescription``); the digest is the blob's.
        case description = 3
        /// Without content: the chunk with this digest, in some other record, is a blob too.
        case mark = 4
    }

    enum Encoding: UInt8, Sendable {
        case plain = 0
        case zstd = 1
    }

    var digest: BLAKE3Digest
    var size: UInt64
    var storedLength: UInt32
    var kind: Kind
    var encoding = Encoding.plain
    var isBlob = false

    init(_ kind: Kind, _ digest: BLAKE3Digest, size: UInt64, storedLength: Int) {
        self.kind = kind
        self.digest = digest
        self.size = size
        self.storedLength = UInt32(clamping: storedLength)
    }

    /// Takes the next record, or returns `nil` if there is none that is sound.
    init?(reading buffer: inout ByteBuffer) {
        guard let digest = buffer.readDigest(),
            let (size, stored) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt32).self
            ),
            let (kind, encoding, flags, reserved) = buffer.readMultipleIntegers(
                as: (UInt8, UInt8, UInt8, UInt8).self
            ),
            let kind = Kind(rawValue: kind), let encoding = Encoding(rawValue: encoding),
            flags <= 1, reserved == 0, stored <= Self.contentByteLimit
        else { return nil }
        self.init(kind, digest, size: size, storedLength: Int(stored))
        self.encoding = encoding
        isBlob = flags == 1
        let isSound =
            switch kind {
            // What is empty is never read, and so never compared with its digest.
            case .chunk, .page:
                size <= UInt64(Self.contentByteLimit) && (size > 0 || digest == .empty)
            case .description: encoding == .plain
            case .mark: stored == 0
            }
        guard isSound else { return nil }
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.writeDigest(digest)
        buffer.writeMultipleIntegers(size, storedLength, endianness: .little)
        buffer.writeMultipleIntegers(
            kind.rawValue,
            encoding.rawValue,
            isBlob ? UInt8(1) : 0,
            UInt8(0)
        )
    }
}
