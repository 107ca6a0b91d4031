// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Bao
package import NIOCore

extension Outboard {
    /// Makes the hashes that check the groups of 16 KiB which a range touches, of a blob in memory.
    package init(
        of content: ByteBuffer,
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) throws(BlobError) {
        var hasher = TreeHasher()
        hasher.update(content.readableBytesSpan)
        _ = hasher.finalize()
        let values = hasher.takeValues()
        let shape = HashTree(size: UInt64(content.readableBytes))
        let groups = shape.groups(touching: try range.resolved(against: shape.size))
        self = try BlobError.proving(digest, from: "its content") { () throws(BaoError) in
            try Outboard(digest, shape, values: values).narrowed(to: groups)
        }
    }
}
