// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension ByteBuffer {
    /// The same bytes in storage of their own.
    init(copying other: ByteBuffer) {
        self.init()
        reserveCapacity(other.readableBytes)
        writeImmutableBuffer(other)
    }
}
