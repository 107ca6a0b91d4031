// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
package import Bao
import BlobStore
package import NIOCore

/// The chaining values of the groups of a split blob, in the content of a record.
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | size of the blob in bytes |
/// | 8 | 32 each | up to 4096 groups of 16 KiB: their chaining values |
/// | 8 | 64 each | else, for each run of 4096 groups: chaining value, digest of its page |
///
/// A page has the chaining values of the groups of one run. The values lead to the digest of the blob,
/// so that the record needs no other check.
package struct HashTreeRecord: Hashable, Sendable {
    package struct Run: Hashable, Sendable {
        package var value: BLAKE3Tree.ChainingValue
        package var page: BLAKE3Digest

        /// The run of these groups.
        package init(of values: [BLAKE3Tree.ChainingValue]) {
            value = BLAKE3Tree.chainingValue(over: values)
            page = BLAKE3Digest(hashing: HashTreeRecord.page(of: values).readableBytesSpan)
        }

        package init(value: BLAKE3Tree.ChainingValue, page: BLAKE3Digest) {
            self.value = value
            self.page = page
        }
    }

    package enum Values: Hashable, Sendable {
        case groups([BLAKE3Tree.ChainingValue])
        case runs([Run])
    }

    package static let runGroupCount: UInt64 = 4096

    package let size: UInt64
    package let values: Values

    /// Returns `nil` if the values do not lead to the digest.
    package init?(_ digest: BLAKE3Digest, size: UInt64, _ values: Values) {
        let tree = HashTree(size: size)
        let top: [BLAKE3Tree.ChainingValue]
        switch values {
        case .groups(let groups):
            guard groups.count == tree.groupCount, groups.count <= Self.runGroupCount
            else { return nil }
            top = groups
        case .runs(let runs):
            guard runs.count == Self.runCount(of: tree) else { return nil }
            top = runs.map(\.value)
        }
        guard top.count > 1 else { return nil }
        let children = BLAKE3Tree.children(over: top)
        guard BLAKE3Tree.root(of: children.left, children.right) == digest else { return nil }
        self.size = size
        self.values = values
    }

    package static func runCount(of tree: HashTree) -> UInt64 {
        (tree.groupCount - 1) / runGroupCount + 1
    }

    /// Reads the content of a record, or returns `nil` if it is not sound.
    package init?(parsing content: ByteBuffer, of digest: BLAKE3Digest) {
        var rest = content
        guard let size = rest.readInteger(endianness: .little, as: UInt64.self) else { return nil }
        if HashTree(size: size).groupCount <= Self.runGroupCount {
            guard let groups = Self.chainingValues(in: rest) else { return nil }
            self.init(digest, size: size, .groups(groups))
        } else {
            var runs: [Run] = []
            while rest.readableBytes > 0 {
                guard let value = rest.readChainingValue(), let page = rest.readDigest()
                else { return nil }
                runs.append(Run(value: value, page: page))
            }
            self.init(digest, size: size, .runs(runs))
        }
    }

    /// The content of the record.
    package var encoded: ByteBuffer {
        var buffer = ByteBuffer(integer: size, endianness: .little)
        switch values {
        case .groups(let groups):
            var page = Self.page(of: groups)
            buffer.writeBuffer(&page)
        case .runs(let runs):
            for run in runs {
                run.value.withBytes { buffer.writeSpan($0) }
                buffer.writeDigest(run.page)
            }
        }
        return buffer
    }

    /// The content of a page.
    package static func page(of values: [BLAKE3Tree.ChainingValue]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(values.count * BLAKE3Tree.ChainingValue.byteCount)
        for value in values { value.withBytes { buffer.writeSpan($0) } }
        return buffer
    }

    /// Reads the content of a page, or returns `nil` if it is no list of chaining values.
    package static func chainingValues(in page: ByteBuffer) -> [BLAKE3Tree.ChainingValue]? {
        var rest = page
        var values: [BLAKE3Tree.ChainingValue] = []
        values.reserveCapacity(rest.readableBytes / BLAKE3Tree.ChainingValue.byteCount)
        while rest.readableBytes > 0 {
            guard let value = rest.readChainingValue() else { return nil }
            values.append(value)
        }
        return values
    }
}
