// SPDX-License-Identifier: Apache-2.0

/// The BLAKE3 hash of a byte string: 32 bytes that name it.
///
/// ```swift
/// let digest = BLAKE3Digest(hashing: bytes)
/// print(digest)                                  // 64 hexadecimal digits
/// print(digest == BLAKE3Digest(digest.description))  // true
/// ```
///
/// A digest is a value of four machine words: copying, comparing and hashing one allocates nothing.
/// The order of digests is that of their bytes, and so that of their descriptions.
public struct BLAKE3Digest: Hashable, Sendable {
    let bytes: Bytes32

    /// The length of a digest in bytes.
    public static let byteCount = 32

    /// The digest of no bytes at all.
    public static let empty = BLAKE3Digest(
        bytes: Bytes32(
            word0: 0xA6A1_F9F5_B949_13AF,
            word1: 0x49C9_DC36_EA4D_40A0,
            word2: 0xB712_C1AD_C925_CB9B,
            word3: 0x6232_1FE4_CA93_9ACC
        )
    )

    init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// Copies a digest of exactly 32 bytes; `nil` for any other number of bytes.
    public init?(copying bytes: RawSpan) {
        guard let bytes = Bytes32(copying: bytes) else { return nil }
        self.bytes = bytes
    }

    /// Calls `body` with the 32 bytes of the digest.
    public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try bytes.withBytes(body)
    }
}

extension BLAKE3Digest {
    /// Hashes `bytes` on this thread (BLAKE3 paper, section 2).
    ///
    /// Takes time linear in the number of bytes and allocates nothing.
    public init(hashing bytes: RawSpan) {
        self.init(hashing: bytes, threads: 1)
    }

    /// Hashes `bytes` on up to `threads` threads, at least one, and waits for them.
    ///
    /// Pays from about half a mebibyte on; shorter inputs are hashed on this thread whatever
    /// `threads` is. The call blocks: do not make it on a thread that must stay responsive.
    public init(hashing bytes: RawSpan, threads: Int) {
        self.init(hashing: bytes, threads: threads, .plain)
    }

    /// Hashes `bytes` with the code for a given set of instructions.
    @_spi(Kernels)
    public init(hashing bytes: RawSpan, threads: Int, kernel: BLAKE3Kernel) {
        self.init(hashing: bytes, threads: threads, Compressor(.plain, kernel: kernel))
    }

    private init(hashing bytes: RawSpan, threads: Int, _ compressor: Compressor) {
        if bytes.byteCount <= Compressor.chunkByteCount {
            self.bytes = compressor.chunk(bytes, at: 0, isRoot: true)
        } else {
            let children = compressor.children(of: bytes, at: 0, threads: threads)
            self.bytes = compressor.parent(of: children, isRoot: true)
        }
    }
}

extension BLAKE3Digest: Comparable {
    /// Orders by the bytes from first to last, as unsigned numbers.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.bytes < rhs.bytes
    }
}
