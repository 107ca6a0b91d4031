// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import NIOCore

extension ByteBuffer {
    /// Appends the 32 bytes of a digest.
    package mutating func writeDigest(_ digest: BLAKE3Digest) {
        digest.withBytes { writeSpan($0) }
    }

    /// Takes the next 32 bytes as a digest, or returns `nil` if there are fewer.
    package mutating func readDigest() -> BLAKE3Digest? {
        guard let bytes = readSlice(length: BLAKE3Digest.byteCount) else { return nil }
        return BLAKE3Digest(copying: bytes.readableBytesSpan)
    }
}
