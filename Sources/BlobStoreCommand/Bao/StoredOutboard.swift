// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import SystemPackage

/// An outboard in a file, of which only what is needed is read.
///
/// Nothing that it gives has been checked. Every call blocks.
struct StoredOutboard: Sendable {
    private static let windowByteCount: UInt64 = 4096
    private static let pieceByteCount: UInt64 = 1 << 20

    let file: InputFile
    let layout: OutboardLayout
    /// The shape of the content, which follows from the claimed size.
    let tree: HashTree
    /// Where what comes next begins, if the layout has only one order.
    private var position: UInt64
    private var window = ByteBuffer()
    private var windowStart: UInt64 = 0

    /// Opens an outboard; without header, `content` says the size.
    init(_ path: FilePath, _ layout: OutboardLayout, of content: InputFile) throws(Failure) {
        file = try InputFile.open(path)
        try file.requirePlaces("an outboard is not read in order")
        self.layout = layout
        position = layout.start
        guard layout.hasHeader else {
            try content.requirePlaces("without a header only a file says how long the content is")
            tree = HashTree(size: content.status.size, groupSize: layout.groupSize)
            try checkLength()
            return
        }
        let header = try file.read(0..<layout.start)
        guard let size = BaoHeader.size(in: header.readableBytesSpan) else {
            throw Failure(BaoError.endedEarly(.header), content: file)
        }
        tree = HashTree(size: size, groupSize: layout.groupSize)
    }

    /// Fails if an outboard without header cannot be of this content.
    private func checkLength() throws(Failure) {
        guard layout.form == .parents, file.status.size != tree.outboardByteCount else { return }
        let error = BaoError.wrongLength(
            byteCount: file.status.size,
            expected: tree.outboardByteCount
        )
        throw Failure(
            .damaged,
            "\(file.title): \(error)",
            advice: "content, --group-log and --header must be those it was made with"
        )
    }

    /// The hashes of an item, perhaps with more behind them, or with less if the file ends.
    mutating func bytes(for item: BaoItem) throws(Failure) -> ByteBuffer {
        guard layout.form == .parents, case .parent(let node) = item else {
            return try bytes(at: position, item.byteCount)
        }
        let index =
            layout.order == .preOrder
            ? tree.preOrderIndex(of: node) : tree.postOrderIndex(of: node)
        return try bytes(at: layout.start + index * UInt64(item.byteCount), item.byteCount)
    }

    /// Notes how many of the bytes were of use.
    mutating func advance(by byteCount: Int) { position += UInt64(byteCount) }

    private mutating func bytes(at offset: UInt64, _ count: Int) throws(Failure) -> ByteBuffer {
        let end = offset + UInt64(count)
        if offset < windowStart || end > windowStart + UInt64(window.readableBytes) {
            // A subtree is behind its node, or before it.
            windowStart =
                layout.order == .preOrder
                ? offset : end - min(end, Self.windowByteCount)
            window = try file.read(windowStart..<windowStart + Self.windowByteCount)
        }
        let start = Int(clamping: offset - windowStart)
        return window.getSlice(at: start, length: max(0, window.readableBytes - start))
            ?? ByteBuffer()
    }

    /// The digest that the pairs of more than one group lead to.
    mutating func root() throws(Failure) -> BLAKE3Digest {
        let item = BaoItem.parent(tree.root)
        var bytes = try bytes(for: item)
        guard let left = bytes.readChainingValue(), let right = bytes.readChainingValue() else {
            throw Failure(BaoError.endedEarly(item), content: file)
        }
        return BLAKE3Tree.root(of: left, right)
    }

    /// All values of a list, after comparing its length with that of the file.
    func list() throws(Failure) -> [BLAKE3Tree.ChainingValue] {
        let end = layout.start + tree.listByteCount
        guard end <= file.status.size else {
            let item = BaoItem.list(tree.root, log: tree.groupSize.log, count: Int(tree.groupCount))
            throw Failure(BaoError.endedEarly(item), content: file)
        }
        var values: [BLAKE3Tree.ChainingValue] = []
        values.reserveCapacity(Int(tree.groupCount))
        for start in stride(from: layout.start, to: end, by: Int(Self.pieceByteCount)) {
            var piece = try file.read(start..<min(start + Self.pieceByteCount, end))
            while let value = piece.readChainingValue() { values.append(value) }
        }
        return values
    }
}
