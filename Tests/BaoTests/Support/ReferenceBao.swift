// SPDX-License-Identifier: Apache-2.0

import BLAKE3

/// Bao and its relatives as they are described: slow, recursive and short, to check fast code with.
///
/// Ranges are of chunks. A range up to `UInt64.max` has an open end.
struct ReferenceBao {
    let bytes: [UInt8]
    let root: Node

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        root = Node(of: bytes, over: 0..<Self.count(of: bytes.count, by: 1024))
    }

    var chunkCount: Int { root.chunks.count }
    var digest: [UInt8] { root.value }

    /// The number of bytes as eight bytes, the least significant one first.
    var header: [UInt8] { (0..<8).map { UInt8(bytes.count >> (8 * $0) & 255) } }

    func groupCount(groupLog: Int) -> Int {
        Self.count(of: chunkCount, by: 1 << groupLog)
    }

    /// How many parts of some length there are, one at least; the last may be short.
    static func count(of length: Int, by part: Int) -> Int {
        max(1, (length + part - 1) / part)
    }

    /// The largest power of two below `count`, which is 2 at least: what the left child is over.
    static func leftCount(of count: Int) -> Int {
        var left = 1
        while left * 2 < count { left *= 2 }
        return left
    }
}

extension ReferenceBao {
    /// A node of the hash tree, with all below it.
    final class Node: Sendable {
        let chunks: Range<Int>
        /// Where the bytes of its chunks are.
        let data: Range<Int>
        /// The chaining value, or the digest if this is the root.
        let value: [UInt8]
        /// Absent if the node is a chunk.
        let children: (left: Node, right: Node)?

        init(of bytes: [UInt8], over chunks: Range<Int>) {
            self.chunks = chunks
            data = 1024 * chunks.lowerBound..<min(1024 * chunks.upperBound, bytes.count)
            let isRoot = data == bytes.indices
            if chunks.count == 1 {
                children = nil
                value = Self.value(of: bytes[data], chunk: chunks.lowerBound, isRoot: isRoot)
            } else {
                let middle = chunks.lowerBound + ReferenceBao.leftCount(of: chunks.count)
                let left = Node(of: bytes, over: chunks.lowerBound..<middle)
                let right = Node(of: bytes, over: middle..<chunks.upperBound)
                children = (left, right)
                value = Self.value(of: left.value, right.value, isRoot: isRoot)
            }
        }

        /// The values of both children: what encodings have for a parent.
        var pair: [UInt8] {
            guard let (left, right) = children else { return [] }
            return left.value + right.value
        }

        /// The value of a node from its bytes.
        static func value(
            of bytes: ArraySlice<UInt8>,
            chunk: Int,
            isRoot: Bool
        ) -> [UInt8] {
            if isRoot { return BLAKE3Digest(hashing: unsafe bytes.span.bytes).array }
            let index = BLAKE3Tree.ChunkIndex(rawValue: UInt64(chunk))
            return BLAKE3Tree.chainingValue(of: unsafe bytes.span.bytes, at: index).array
        }

        /// The value of a node from those of its children.
        static func value(of left: [UInt8], _ right: [UInt8], isRoot: Bool) -> [UInt8] {
            guard let left = BLAKE3Tree.ChainingValue(copying: unsafe left.span.bytes),
                let right = BLAKE3Tree.ChainingValue(copying: unsafe right.span.bytes)
            else { preconditionFailure("a chaining value has 32 bytes") }
            return isRoot
                ? BLAKE3Tree.root(of: left, right).array
                : BLAKE3Tree.parent(of: left, right).array
        }
    }
}

extension BLAKE3Digest {
    var array: [UInt8] { withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } } }
}

extension BLAKE3Tree.ChainingValue {
    var array: [UInt8] { withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } } }
}
