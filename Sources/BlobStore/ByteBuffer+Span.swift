// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import NIOCore

extension ByteBuffer {
    /// Appends bytes.
    package mutating func writeSpan(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { memory in
            _ = unsafe writeBytes(memory)
        }
    }

    /// Takes the next 32 bytes as a chaining value, or returns `nil` if there are fewer.
    package mutating func readChainingValue() -> BLAKE3Tree.ChainingValue? {
        guard let bytes = readSlice(length: BLAKE3Tree.ChainingValue.byteCount) else { return nil }
        return BLAKE3Tree.ChainingValue(copying: bytes.readableBytesSpan)
    }

    /// Appends what follows, sharing it if there is nothing yet.
    ///
    /// What has been read already is given up.
    package mutating func join(_ bytes: ByteBuffer) {
        if readableBytes == 0 {
            self = bytes
            return
        }
        if readerIndex == 0 {
            // Grows by powers of two, so that a great many small parts are not copied with each other.
            writeImmutableBuffer(bytes)
            return
        }
        var joined = ByteBuffer()
        joined.reserveCapacity(readableBytes + bytes.readableBytes)
        joined.writeImmutableBuffer(self)
        joined.writeImmutableBuffer(bytes)
        self = joined
    }
}

extension ByteBuffer {
    /// The part of a buffer, whose first byte is at `start` of a blob, that lies in a range of the blob;
    /// `nil` if there is none.
    package func part(_ wanted: Range<UInt64>, at start: UInt64) -> ByteBuffer? {
        let overlap = wanted.clamped(to: start..<start + UInt64(readableBytes))
        if overlap.isEmpty { return nil }
        return getSlice(at: readerIndex + Int(overlap.lowerBound - start), length: overlap.count)
    }
}

extension [ByteBuffer] {
    /// The parts of buffers, which together are a blob from its first byte on, that lie in a range of it.
    func parts(_ wanted: Range<UInt64>) -> [ByteBuffer] {
        var start: UInt64 = 0
        return compactMap { piece in
            defer { start += UInt64(piece.readableBytes) }
            return piece.part(wanted, at: start)
        }
    }
}
