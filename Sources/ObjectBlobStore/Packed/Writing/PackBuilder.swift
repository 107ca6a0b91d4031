// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import NIOCore

/// Gathers records until there are enough for a pack.
///
/// Memory: what they have, and 2 MiB at most.
struct PackBuilder: Sendable {
    private static let slabByteCount = 1 << 20

    /// The content of the records, one after the other; all slabs but the last one are full.
    private var slabs: [ByteBuffer] = []
    private(set) var records: [PackRecord] = []

    /// How many bytes the records take.
    private(set) var byteCount = 0

    var isEmpty: Bool { records.isEmpty }

    /// Copies the stored bytes of a record.
    mutating func append(_ record: PackRecord, _ stored: ByteBuffer) {
        records.append(record)
        byteCount += stored.readableBytes + PackRecord.byteCount
        var rest = stored
        while rest.readableBytes > 0 {
            if slabs.last.map({ $0.readableBytes == Self.slabByteCount }) ?? true {
                slabs.append(ByteBuffer())
            }
            let last = slabs.count - 1
            let count = min(rest.readableBytes, Self.slabByteCount - slabs[last].readableBytes)
            guard let part = rest.readSlice(length: count) else { return }
            slabs[last].writeImmutableBuffer(part)
        }
    }

    /// Makes the pack: its name, what is to be listed of it, and its bytes.
    ///
    /// Takes as long as hashing all of it.
    func build() -> (pack: IndexObject.Pack, content: [ByteBuffer]) {
        let pieces = [PackObject.beginning()] + slabs + [PackObject.ending(records)]
        var hasher = BLAKE3Hasher()
        for piece in pieces { hasher.update(piece.readableBytesSpan) }
        let size = pieces.reduce(0) { $0 + UInt64($1.readableBytes) }
        return (IndexObject.Pack(name: hasher.finalize(), size: size, records: records), pieces)
    }
}
