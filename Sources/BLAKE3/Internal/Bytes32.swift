// SPDX-License-Identifier: Apache-2.0

/// Thirty-two bytes in the order in which they are printed and stored.
///
/// Keys, chaining values and digests all are this wide; the public types wrap it so that one is
/// never taken for another.
struct Bytes32: Hashable, Sendable, BitwiseCopyable {
    var word0: UInt64 = 0
    var word1: UInt64 = 0
    var word2: UInt64 = 0
    var word3: UInt64 = 0

    static let byteCount = 32

    /// The key of a plain hash (BLAKE3 paper, table 1).
    static let initializationVector = Bytes32(
        word0: 0xBB67_AE85_6A09_E667,
        word1: 0xA54F_F53A_3C6E_F372,
        word2: 0x9B05_688C_510E_527F,
        word3: 0x5BE0_CD19_1F83_D9AB
    )

    func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe withUnsafeBytes(of: self) { (bytes: UnsafeRawBufferPointer) throws(E) -> R in
            try unsafe body(bytes.bytes)
        }
    }
}

extension Bytes32 {
    init?(copying bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        self = unsafe bytes.unsafeLoadUnaligned(as: Self.self)
    }
}

extension Bytes32: Comparable {
    /// Orders by the bytes from first to last, as unsigned numbers.
    static func < (lhs: Self, rhs: Self) -> Bool {
        if lhs.word0 != rhs.word0 { return lhs.word0.bigEndian < rhs.word0.bigEndian }
        if lhs.word1 != rhs.word1 { return lhs.word1.bigEndian < rhs.word1.bigEndian }
        if lhs.word2 != rhs.word2 { return lhs.word2.bigEndian < rhs.word2.bigEndian }
        return lhs.word3.bigEndian < rhs.word3.bigEndian
    }
}

/// Two sibling chaining values, side by side as their parent's block.
struct Siblings: Sendable, BitwiseCopyable {
    var left = Bytes32()
    var right = Bytes32()
}

extension Siblings {
    /// Copies at most 64 bytes and fills the rest of the block with zeros.
    init(zeroPadding bytes: RawSpan) {
        unsafe withUnsafeMutableBytes(of: &self) { block in
            unsafe bytes.withUnsafeBytes { unsafe block.copyMemory(from: $0) }
        }
    }
}
