// SPDX-License-Identifier: Apache-2.0

extension BLAKE3Tree {
    /// The place of a chunk in the whole input: chunk `n` begins at byte `1024 * n`.
    ///
    /// Inputs are shorter than 2^64 bytes, so that the last chunk is number 2^54 - 1 at most.
    public struct ChunkIndex: RawRepresentable, Hashable, Sendable {
        /// The number of chunks before this one.
        public let rawValue: UInt64

        /// Numbers a chunk.
        ///
        /// - Precondition: `rawValue` is below 2^54.
        public init(rawValue: UInt64) {
            precondition(rawValue < 1 << 54, "no input has that many chunks")
            self.rawValue = rawValue
        }
    }
}

extension BLAKE3Tree.ChunkIndex: ExpressibleByIntegerLiteral {
    /// Numbers a chunk in source code.
    public init(integerLiteral value: UInt64) {
        self.init(rawValue: value)
    }
}

extension BLAKE3Tree.ChunkIndex: Comparable {
    /// Orders by place in the input.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

extension BLAKE3Tree.ChunkIndex {
    /// How many chunks `byteCount` bytes have, the last of which may be short.
    ///
    /// No bytes are one empty chunk.
    static func count(of byteCount: Int) -> UInt64 {
        UInt64(max(byteCount - 1, 0) / BLAKE3Tree.chunkByteCount) + 1
    }

    /// Whether a node over `count` chunks, at least one, can begin here.
    func isStart(ofSubtreeOver count: UInt64) -> Bool {
        let levels = UInt64.bitWidth - (count - 1).leadingZeroBitCount
        return rawValue.trailingZeroBitCount >= levels
    }
}
