// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// The 56 bytes before the content of each record of a pack.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | the marker of the pack |
/// | 8 | 1 | kind: 1 chunk, 2 page, 3 split blob, 4 blob mark, 5 hash tree |
/// | 9 | 1 | encoding: 0 as it is, 1 one zstd frame |
/// | 10 | 1 | flags: 1 the chunk is a blob of its own |
/// | 11 | 1 | zero |
/// | 12 | 4 | content length in bytes |
/// | 16 | 4 | stored length in bytes: what follows the header |
/// | 20 | 4 | first 4 bytes of the BLAKE3 of the header with zeros here |
/// | 24 | 32 | digest |
struct RecordHeader: Hashable, Sendable {
    static let byteCount = 56

    /// The largest content of any record, in bytes: the largest chunk that FastCDC can be set to.
    static let maximumContentLength = 16 << 20

    enum Kind: UInt8, Sendable {
        /// Content of blobs; the digest is that of the content.
        case chunk = 1
        /// A part of a chunk list (see ``ChunkListPage``) or of a hash tree (see ``HashTreeRecord``);
        /// the digest is that of the content.
        case page = 2
        /// A blob of more than one chunk (see ``SplitBlob``); the digest is the blob's.
        case splitBlob = 3
        /// Without content: the chunk with this digest, elsewhere in the store, is a blob too.
        case mark = 4
        /// The hash tree of a split blob (see ``HashTreeRecord``); the digest is the blob's.
        case hashTree = 5

        /// Whether the index has an entry for the digest of such a record.
        var hasEntry: Bool { self != .mark && self != .hashTree }
    }

    enum Encoding: UInt8, Sendable {
        case plain = 0
        case zstd = 1
    }

    var kind: Kind
    var encoding: Encoding
    /// Whether a chunk was put as a blob of its own, and not only as a part of one.
    var isBlob: Bool
    var contentLength: UInt32
    var storedLength: UInt32
    var digest: BLAKE3Digest

    /// The length of header and content in the pack, in bytes.
    var recordLength: UInt64 { UInt64(Self.byteCount) + UInt64(storedLength) }

    init(
        _ kind: Kind,
        _ digest: BLAKE3Digest,
        isBlob: Bool,
        encoding: Encoding = .plain,
        contentLength: Int,
        storedLength: Int
    ) {
        self.kind = kind
        self.encoding = encoding
        self.isBlob = isBlob
        self.contentLength = UInt32(contentLength)
        self.storedLength = UInt32(storedLength)
        self.digest = digest
    }

    /// The header of a record that makes a blob of a chunk elsewhere in the store.
    static func mark(_ digest: BLAKE3Digest) -> RecordHeader {
        RecordHeader(.mark, digest, isBlob: true, contentLength: 0, storedLength: 0)
    }

    /// Reads a header, or returns `nil` if `bytes` does not begin with a sound one.
    ///
    /// It must bear `marker`, which is `nil` if the place is known to be the beginning of a record.
    init?(parsing bytes: ByteBuffer, marker: UInt64?) {
        var rest = bytes
        guard
            let (mark, kind, encoding, flags, reserved) = rest.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt8, UInt8, UInt8, UInt8).self
            ),
            let (content, stored, check) = rest.readMultipleIntegers(
                endianness: .little,
                as: (UInt32, UInt32, UInt32).self
            ),
            let digest = rest.readDigest(),
            marker == nil || marker == mark,
            let kind = Kind(rawValue: kind),
            let encoding = Encoding(rawValue: encoding),
            flags <= 1, reserved == 0,
            content <= Self.maximumContentLength,
            stored <= content
        else { return nil }
        self.kind = kind
        self.encoding = encoding
        isBlob = flags & 1 != 0
        contentLength = content
        storedLength = stored
        self.digest = digest
        guard var header = bytes.getSlice(at: bytes.readerIndex, length: Self.byteCount)
        else { return nil }
        Self.setCheck(0, of: &header)
        guard check == Self.check(of: header.readableBytesSpan) else { return nil }
    }

    /// Appends the header to a buffer.
    func write(to buffer: inout ByteBuffer, marker: UInt64) {
        buffer.writeMultipleIntegers(
            marker,
            kind.rawValue,
            encoding.rawValue,
            isBlob ? UInt8(1) : 0,
            UInt8(0),
            contentLength,
            storedLength,
            UInt32(0),
            endianness: .little
        )
        buffer.writeDigest(digest)
        let check = Self.check(of: buffer.readableBytesSpan.extracting(last: Self.byteCount))
        Self.setCheck(check, of: &buffer)
    }

    /// Sets the check of the header that ends a buffer.
    private static func setCheck(_ check: UInt32, of buffer: inout ByteBuffer) {
        let offset = buffer.writerIndex - byteCount + 20
        buffer.setInteger(check, at: offset, endianness: .little)
    }

    private static func check(of header: RawSpan) -> UInt32 {
        // A digest has 32 bytes.
        BLAKE3Digest(hashing: header).withBytes { bytes in
            unsafe bytes.unsafeLoadUnaligned(as: UInt32.self).littleEndian
        }
    }
}
