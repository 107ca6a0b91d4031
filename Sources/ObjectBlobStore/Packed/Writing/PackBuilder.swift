// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import NIOCore

/// Gathers records until there are enough for a pack.
struct PackBuilder: Sendable {
    private var content: [ByteBuffer] = []
    private(set) var records: [PackRecord] = []

    /// How many bytes the records take.
    private(set) var byteCount = 0

    var isEmpty: Bool { records.isEmpty }

    mutating func append(_ record: PackRecord, _ stored: ByteBuffer) {
        records.append(record)
        byteCount += stored.readableBytes + PackRecord.byteCount
        if stored.readableBytes > 0 { content.append(stored) }
    }

    /// Makes the pack: its name, what is to be listed of it, and its bytes.
    ///
    /// Takes as long as hashing all of it.
    func build() -> (pack: IndexObject.Pack, content: [ByteBuffer]) {
        let pieces =
            [PackObject.beginning()] + content + [PackObject.ending(records)]
        var hasher = BLAKE3Hasher()
        for piece in pieces { hasher.update(piece.readableBytesSpan) }
        let size = pieces.reduce(0) { $0 + UInt64($1.readableBytes) }
        return (IndexObject.Pack(name: hasher.finalize(), size: size, records: records), pieces)
    }
}
