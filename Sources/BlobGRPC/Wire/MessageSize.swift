// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// How large messages are, in bytes.
enum MessageSize {
    /// What no decoder of any peer refuses: 4 MiB is the usual limit, less room for other fields.
    static let limit = (4 << 20) - (64 << 10)

    /// The content of a message of a stream: large enough to make the cost of a message small, small
    /// enough that two for each of many streams fit into memory.
    ///
    /// Buffers have a power of two of bytes; with its headers a message just fits one.
    static let content = (512 << 10) - 64

    /// How much of what comes in small messages is collected before it is worked on.
    static let collected = 256 << 10
}

extension ByteBuffer {
    /// Takes everything, in parts of about the same size that are no larger than a message should be.
    mutating func readMessageParts(upTo size: Int) -> [ByteBuffer] {
        let count = max(1, (readableBytes + size - 1) / size)
        let length = (readableBytes + count - 1) / count
        var parts: [ByteBuffer] = []
        while let part = readSlice(length: min(readableBytes, length)), part.readableBytes > 0 {
            parts.append(part)
        }
        return parts
    }
}
