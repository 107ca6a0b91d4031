// SPDX-License-Identifier: Apache-2.0
package import BlobStore
package import NIOCore
import Synchronization

/// Compresses and decompresses chunks, on any number of threads.
package final class ZstdCodec: Sendable {
    /// Compression must save this part of the content to be worth decompressing later.
    private static let worthwhileFraction = 16

    /// Fewer bytes are not worth the frame around them.
    private static let minimumByteCount = 128

    /// From this size on a chunk is looked at before it is compressed, in bytes.
    private static let examinedFrom = 16 << 10

    private let idle = Mutex<[ZstdContext]>([])

    package init() {}

    private func withContext<Value>(
        _ body: (ZstdContext) throws(BlobError) -> Value
    ) throws(BlobError) -> Value {
        let context: ZstdContext
        if let kept = idle.withLock({ $0.popLast() }) {
            context = kept
        } else {
            context = try ZstdContext()
        }
        defer { idle.withLock { $0.append(context) } }
        return try body(context)
    }

    /// Calls `body` with the compressed form of `content`, or with `nil` if it does not pay.
    ///
    /// The bytes are good until `body` returns.
    package func withCompressed<Value>(
        _ content: RawSpan,
        level: Int,
        _ body: (ByteBuffer?) throws(BlobError) -> Value
    ) throws(BlobError) -> Value {
        if content.byteCount < Self.minimumByteCount { return try body(nil) }
        return try withContext { (context) throws(BlobError) in
            if content.byteCount >= Self.examinedFrom, Self.looksRandom(content) {
                let sample = content.extracting(content.byteCount / 2..<content.byteCount)
                    .extracting(first: Self.examinedFrom / 2)
                let limit = Self.limit(for: sample.byteCount)
                if context.compress(sample, level: level, below: limit) == nil {
                    return try body(nil)
                }
            }
            let limit = Self.limit(for: content.byteCount)
            return try body(context.compress(content, level: level, below: limit))
        }
    }

    private static func limit(for byteCount: Int) -> Int {
        byteCount - byteCount / worthwhileFraction
    }

    /// Returns the content of a frame, or `nil` unless it has exactly `length` bytes.
    package func decompress(_ frame: RawSpan, length: Int) throws(BlobError) -> ByteBuffer? {
        try withContext { (context) throws(BlobError) in context.decompress(frame, length: length) }
    }

    /// Returns the content of a stream of frames, or `nil` if it is damaged or has more than `limit` bytes.
    package func decompress(_ stream: RawSpan, upTo limit: Int) throws(BlobError) -> ByteBuffer? {
        try withContext { (context) throws(BlobError) in context.decompress(stream, upTo: limit) }
    }

    /// Returns content as one frame that does not tell its length.
    package func compressStream(_ content: RawSpan, level: Int) throws(BlobError) -> ByteBuffer {
        let frame = try withContext { (context) throws(BlobError) in
            context.compressStream(content, level: level)
        }
        guard let frame else { throw BlobError(.unavailable, "out of memory for zstd") }
        return frame
    }

    /// Returns whether the bytes occur equally often in a sample of 4096, as in compressed or
    /// encrypted content.
    ///
    /// For random bytes the sum of the squared counts is n + n(n-1)/256 = 69 616 with a standard
    /// deviation of n·√(2/256) = 362; five of them are allowed.
    private static func looksRandom(_ content: RawSpan) -> Bool {
        let runs = 16
        let runLength = 256
        var counts = [256 of Int](repeating: 0)
        for run in 0..<runs {
            let start = (content.byteCount - runLength) / (runs - 1) * run
            for offset in start..<start + runLength {
                // The caller has checked that there are `examinedFrom` bytes at least.
                counts[Int(unsafe content.unsafeLoad(fromByteOffset: offset, as: UInt8.self))] += 1
            }
        }
        var squares = 0
        for index in counts.indices { squares += counts[index] * counts[index] }
        return squares < 71_426
    }
}
