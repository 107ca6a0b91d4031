// SPDX-License-Identifier: Apache-2.0

/// The encodings of Bao itself, which have a header and go down to chunks.
extension ReferenceBao {
    /// Parents in pre-order, chunks where they belong.
    func combined() -> [UInt8] {
        header + encoding(of: root, within: root.chunks)
    }

    /// The combined encoding without its chunks.
    func outboard() -> [UInt8] {
        header + preOrderOutboard(groupLog: 0)
    }

    /// The combined encoding without all that is only for bytes other than `count` from `start` on.
    func slice(start: UInt64, count: UInt64) -> [UInt8] {
        header + encoding(of: root, within: sliceChunks(start: start, count: count))
    }

    /// The chunks of a slice: those with its bytes, but never none.
    func sliceChunks(start: UInt64, count: UInt64) -> Range<Int> {
        let size = UInt64(bytes.count)
        guard start < size else { return chunkCount - 1..<chunkCount }
        let end = start + min(max(count, 1), size - start)
        return Int(start / 1024)..<Int((end + 1023) / 1024)
    }

    private func encoding(of node: Node, within chunks: Range<Int>) -> [UInt8] {
        guard node.chunks.overlaps(chunks) else { return [] }
        guard let (left, right) = node.children else { return Array(bytes[node.data]) }
        return node.pair + encoding(of: left, within: chunks) + encoding(of: right, within: chunks)
    }
}
