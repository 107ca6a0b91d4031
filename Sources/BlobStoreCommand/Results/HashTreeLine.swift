// SPDX-License-Identifier: Apache-2.0

/// A node of a hash tree in JSON.
struct HashTreeLine: Encodable {
    var depth: Int
    var hash: String
    var firstChunk: UInt64
    var chunks: UInt64
    var offset: UInt64
    var size: UInt64

    init(_ node: HashTreeNode) {
        depth = node.depth
        hash = node.hash
        firstChunk = node.chunks.lowerBound
        chunks = UInt64(node.chunks.count)
        offset = node.bytes.lowerBound
        size = UInt64(node.bytes.count)
    }
}
