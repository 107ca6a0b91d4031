// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import NIOCore

/// Content for tests, with its digest.
public struct TestBlob: Sendable {
    /// The sizes at which hash trees, groups and chunks change their shape, in bytes.
    public static let edgeSizes = [
        0, 1, 1023, 1024, 1025, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, (128 << 10) - 1,
        128 << 10, (128 << 10) + 1, (1 << 20) + 1,
    ]

    /// Two bytes, 00 01, that other implementations use as a fixture.
    public static let fixtureA = TestBlob(ByteBuffer(bytes: [0, 1]))

    /// The bytes 0 to 254, 4096 times over: 1 044 480 bytes, another common fixture.
    public static let fixtureB = TestBlob(
        ByteBuffer(bytes: (0..<4096).flatMap { _ in (0..<255).map(UInt8.init) })
    )

    /// The bytes.
    public let content: ByteBuffer

    /// The digest of the bytes.
    public let digest: BLAKE3Digest

    /// Wraps content.
    public init(_ content: ByteBuffer) {
        self.content = content
        digest = BLAKE3Digest(hashing: content.readableBytesSpan)
    }

    /// Makes `size` incompressible bytes, always the same for one `seed`.
    public init(size: Int, seed: UInt64 = 0) {
        var hasher = BLAKE3Hasher()
        let label = ByteBuffer(integer: seed)
        hasher.update(label.readableBytesSpan)
        var reader = hasher.makeOutputReader()
        var content = ByteBuffer()
        while content.readableBytes < size {
            content.writeWithOutputRawSpan(minimumWritableBytes: 64 << 10) { span in
                reader.read(into: &span)
            }
        }
        self.init(content.getSlice(at: 0, length: size) ?? ByteBuffer())
    }

    /// Makes `size` bytes of text that compresses well, always the same.
    public init(textOfSize size: Int) {
        var content = ByteBuffer()
        var line = 0
        while content.readableBytes < size {
            content.writeString("line \(line) of a text that repeats itself over and over\n")
            line += 1
        }
        self.init(content.getSlice(at: 0, length: size) ?? ByteBuffer())
    }

    /// The size in bytes.
    public var size: Int { content.readableBytes }

    /// Returns a part of the content.
    public func bytes(in range: Range<Int>) -> ByteBuffer {
        content.getSlice(at: content.readerIndex + range.lowerBound, length: range.count)
            ?? ByteBuffer()
    }

    /// Returns the content in pieces of these sizes, over and over.
    public func pieces(of sizes: [Int]) -> [ByteBuffer] {
        var rest = content
        var result: [ByteBuffer] = []
        while rest.readableBytes > 0 {
            let size = min(sizes[result.count % sizes.count], rest.readableBytes)
            if let piece = rest.readSlice(length: size) { result.append(piece) }
        }
        return result
    }
}
