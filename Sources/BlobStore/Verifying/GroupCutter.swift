// SPDX-License-Identifier: Apache-2.0
package import Bao
package import NIOCore

/// Cuts content that comes in pieces of any size into whole groups, which can be checked.
///
/// Content passes through as it comes; only a group that two pieces share is copied.
package struct GroupCutter: Sendable {
    private let tree: HashTree
    private let end: UInt64
    /// Where the next groups begin in the blob.
    package private(set) var position: UInt64
    /// The beginning of a group that is not complete.
    private var pending = ByteBuffer()
    private var input = ByteBuffer()

    /// Cuts a range, which begins and ends where groups do.
    package init(_ tree: HashTree, _ range: Range<UInt64>) {
        self.tree = tree
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether all groups have been returned.
    package var isComplete: Bool { position >= end }

    /// How far the content has come.
    package var contentEnd: UInt64 {
        position + UInt64(pending.readableBytes + input.readableBytes)
    }

    /// Whether more has come than was to come.
    package var hasExcess: Bool { contentEnd > end }

    /// Takes the next piece, when ``next(upTo:)`` has no more groups.
    package mutating func append(_ piece: ByteBuffer) { input = piece }

    /// Returns as many whole groups as have come, up to a byte of the blob, or `nil` if another piece must
    /// come first.
    package mutating func next(upTo limit: UInt64 = .max) -> ByteBuffer? {
        guard !isComplete else { return nil }
        if pending.readableBytes == 0, let groups = takeGroups(upTo: min(limit, end)) {
            position += UInt64(groups.readableBytes)
            return groups
        }
        let group = tree.bytes(ofGroups: tree.groups(touching: position..<position + 1))
        let missing = min(group.count - pending.readableBytes, input.readableBytes)
        if var part = input.readSlice(length: missing) { pending.writeBuffer(&part) }
        guard pending.readableBytes == group.count else { return nil }
        position = group.upperBound
        defer { pending = ByteBuffer() }
        return pending
    }

    private mutating func takeGroups(upTo limit: UInt64) -> ByteBuffer? {
        let available = min(UInt64(input.readableBytes), limit - position)
        let rest = position + available == end ? 0 : available % UInt64(tree.groupSize.byteCount)
        return available > rest ? input.readSlice(length: Int(available - rest)) : nil
    }
}
