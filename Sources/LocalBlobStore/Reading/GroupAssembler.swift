// SPDX-License-Identifier: Apache-2.0
import Bao
import BlobStore
import NIOCore

/// A chunk in its place in a blob.
struct BlobPiece: Sendable {
    var chunk: ChunkReference
    var entry: IndexEntry?
    /// Where the chunk begins in the blob.
    var start: UInt64
}

/// Puts groups together that lie in more than one chunk, and checks these.
///
/// Those that lie in one chunk have been checked when it was read.
struct GroupAssembler: Sendable {
    private let tree: BlobTree
    /// Where the group begins that is put together.
    private var position: UInt64
    private var pending = ByteBuffer()
    private var pieces: [BlobPiece] = []

    /// Begins with the group at an offset.
    init(_ tree: BlobTree, from position: UInt64) {
        self.tree = tree
        self.position = position
    }

    /// Takes the next content and calls `body` with groups that have been checked, and where they are.
    mutating func append(
        _ content: ByteBuffer,
        of piece: BlobPiece,
        reader: StoreReader,
        _ body: (ByteBuffer, UInt64) -> Void
    ) throws(BlobError) {
        var rest = content
        while rest.readableBytes > 0 {
            if pending.readableBytes == 0, let groups = takeGroups(&rest) {
                body(groups, position)
                position += UInt64(groups.readableBytes)
                continue
            }
            let group = tree.shape.groups(touching: position..<position + 1)
            let bytes = tree.shape.bytes(ofGroups: group)
            let missing = min(bytes.count - pending.readableBytes, rest.readableBytes)
            // Copied, as a slice would keep all of the chunk in memory until the next one is read.
            if var part = rest.readSlice(length: missing) { pending.writeBuffer(&part) }
            pieces.append(piece)
            guard pending.readableBytes == bytes.count else { return }
            guard try tree.matches(pending.readableBytesSpan, from: group.lowerBound) else {
                throw try reader.damage(in: pieces, of: tree, bytes)
            }
            body(pending, position)
            position = bytes.upperBound
            pending = ByteBuffer()
            pieces = []
        }
    }

    private func takeGroups(_ rest: inout ByteBuffer) -> ByteBuffer? {
        let available = position..<position + UInt64(rest.readableBytes)
        let groups = tree.shape.groups(within: available)
        return groups.isEmpty
            ? nil : rest.readSlice(length: tree.shape.bytes(ofGroups: groups).count)
    }
}

extension StoreReader {
    /// Finds out why content does not match the hash tree: the record of a chunk is damaged, which is
    /// thrown, or the chunks are sound and not those of the blob, which is returned.
    func damage(
        in pieces: [BlobPiece],
        of tree: BlobTree,
        _ bytes: Range<UInt64>
    ) throws(BlobError) -> BlobError {
        for piece in pieces { _ = try chunk(piece.chunk, piece.entry, of: tree.digest) }
        return tree.mismatch(bytes)
    }
}
