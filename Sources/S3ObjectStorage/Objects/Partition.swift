// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Content as it is cut into the parts in which it is sent.
struct Partition: Sendable {
    /// The smallest part in bytes but for the last one, by the rules of S3.
    static let smallestPart = 5 << 20
    /// The largest number of parts, by the same rules.
    private static let largestCount = 10_000

    /// The number of all bytes.
    let byteCount: Int
    private let content: [ByteBuffer]
    private let partByteCount: Int

    /// Cuts content into parts of `partByteCount` bytes, or of more if there would be too many.
    init(_ content: [ByteBuffer], partByteCount: Int) {
        self.content = content
        byteCount = content.reduce(0) { $0 + $1.readableBytes }
        self.partByteCount = max(
            partByteCount,
            (byteCount + Self.largestCount - 1) / Self.largestCount
        )
    }

    /// The number of parts.
    var count: Int { (byteCount + partByteCount - 1) / partByteCount }

    /// The bytes of a part.
    ///
    /// Those that are far inside of a buffer are copied, so parts are made only when they are sent.
    func part(_ index: Int) -> [ByteBuffer] {
        let wanted = index * partByteCount..<min(byteCount, (index + 1) * partByteCount)
        var start = 0
        return content.compactMap { piece in
            defer { start += piece.readableBytes }
            let overlap = wanted.clamped(to: start..<start + piece.readableBytes)
            guard !overlap.isEmpty else { return nil }
            return piece.getSlice(
                at: piece.readerIndex + overlap.lowerBound - start,
                length: overlap.count
            )
        }
    }
}
