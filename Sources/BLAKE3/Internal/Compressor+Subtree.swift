// SPDX-License-Identifier: Apache-2.0

// The shape of the tree (BLAKE3 paper, section 2.1): a node over n > 1 chunks has a left child over
// the largest power of two of chunks below n. Hence the chunks of any complete subtree can be
// reduced level by level, neighbours first, an odd last node moving up unchanged.

extension Compressor {
    /// How much is reduced at once: the values of its chunks (8 KiB) stay in the first-level cache.
    static let batchByteCount = 256 * chunkByteCount

    /// Hashes one node other than the root, over at least one byte.
    ///
    /// `following`, here and below, is how many bytes after these in memory are hashed next.
    func subtree(_ bytes: RawSpan, at index: UInt64, following: Int = 0) -> Bytes32 {
        if bytes.byteCount <= Self.chunkByteCount { return chunk(bytes, at: index) }
        return parent(of: children(of: bytes, at: index, following: following))
    }

    /// Hashes the two children of the node over `bytes`, which are more than one chunk.
    func children(of bytes: RawSpan, at index: UInt64, following: Int = 0) -> Siblings {
        if bytes.byteCount > Self.batchByteCount {
            let leftByteCount = Self.leftByteCount(of: bytes.byteCount)
            let left = bytes.extracting(first: leftByteCount)
            let right = bytes.extracting(droppingFirst: leftByteCount)
            let middle = index + UInt64(leftByteCount / Self.chunkByteCount)
            return Siblings(
                left: subtree(left, at: index, following: right.byteCount + following),
                right: subtree(right, at: middle, following: following)
            )
        }
        // A small input should not pay for clearing the large array.
        if bytes.byteCount <= 16 * Self.chunkByteCount {
            var storage = InlineArray<16, Bytes32>(repeating: Bytes32())
            var values = storage.mutableSpan
            return children(of: bytes, at: index, following: following, using: &values)
        }
        var storage = InlineArray<256, Bytes32>(repeating: Bytes32())
        var values = storage.mutableSpan
        return children(of: bytes, at: index, following: following, using: &values)
    }

    /// Hashes every chunk of `bytes`, a short last one too, and returns how many there are.
    func chunks(
        _ bytes: RawSpan,
        at index: UInt64,
        following: Int = 0,
        into values: inout MutableSpan<Bytes32>
    ) -> Int {
        let count = wholeChunks(bytes, at: index, following: following, into: &values)
        let rest = bytes.extracting(droppingFirst: count * Self.chunkByteCount)
        if rest.isEmpty { return count }
        values[count] = chunk(rest, at: index + UInt64(count))
        return count + 1
    }

    /// Replaces the first `count` values by those one level up and returns how many there are.
    func level(above count: Int, in values: inout MutableSpan<Bytes32>) -> Int {
        parents(ofFirst: count / 2, in: &values)
        if count.isMultiple(of: 2) { return count / 2 }
        values[count / 2] = values[count - 1]
        return count / 2 + 1
    }

    /// Reduces the first `count` values, at least two, to the children of their common ancestor.
    func children(above count: Int, in values: inout MutableSpan<Bytes32>) -> Siblings {
        var count = count
        while count > 2 { count = level(above: count, in: &values) }
        return Siblings(left: values[0], right: values[1])
    }

    private func children(
        of bytes: RawSpan,
        at index: UInt64,
        following: Int,
        using values: inout MutableSpan<Bytes32>
    ) -> Siblings {
        let count = chunks(bytes, at: index, following: following, into: &values)
        return children(above: count, in: &values)
    }

    /// The length of the left child of a node over `byteCount` bytes, more than one chunk.
    static func leftByteCount(of byteCount: Int) -> Int {
        let lastChunk = (byteCount - 1) / chunkByteCount
        return chunkByteCount << (Int.bitWidth - 1 - lastChunk.leadingZeroBitCount)
    }
}
