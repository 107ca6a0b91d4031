// SPDX-License-Identifier: Apache-2.0

/// The shape of the hash tree of a blob, and where each node is in the stored forms.
///
/// The shape follows from the size alone (BLAKE3 paper, section 2.1). A size that someone claims gives
/// the shape that they claim; it is proven when the last chunk has been checked in its place.
public struct HashTree: Hashable, Sendable {
    /// The size of the blob in bytes, perhaps only a claim.
    public let size: UInt64

    /// The size of the groups that are checked as one.
    public let groupSize: GroupSize

    /// Describes the tree of a blob.
    public init(size: UInt64, groupSize: GroupSize = .standard) {
        self.size = size
        self.groupSize = groupSize
    }

    /// The number of chunks of 1024 bytes, at least one: no bytes are one empty chunk.
    public var chunkCount: UInt64 { size == 0 ? 1 : (size - 1) >> 10 + 1 }

    /// The number of groups, at least one.
    public var groupCount: UInt64 { (chunkCount - 1) >> UInt64(groupSize.log) + 1 }

    /// The node over all chunks, whose hash is the digest.
    public var root: TreeNode { TreeNode(start: 0, count: chunkCount) }

    /// The length of an outboard without header, in bytes: 64 for each node over more than one group.
    public var outboardByteCount: UInt64 { 64 * (groupCount - 1) }

    /// The length of the list of all group chaining values in bytes; a single group has none.
    public var listByteCount: UInt64 { groupCount == 1 ? 0 : 32 * groupCount }

    /// The bytes of the blob that are under a node.
    public func bytes(of node: TreeNode) -> Range<UInt64> {
        bytes(ofChunks: node.chunks)
    }

    /// The bytes of the blob that are in these chunks.
    public func bytes(ofChunks chunks: Range<UInt64>) -> Range<UInt64> {
        // The end of the last chunk of the largest blob has no number.
        let end = chunks.upperBound >= chunkCount ? size : chunks.upperBound << 10
        let start = chunks.lowerBound >= chunkCount ? size : chunks.lowerBound << 10
        return min(start, end)..<end
    }

    /// The chunks of a range of groups.
    func chunks(ofGroups groups: Range<UInt64>) -> Range<UInt64> {
        let log = UInt64(groupSize.log)
        // Behind the last group the number of a chunk may need more than 64 bits.
        let end = groups.upperBound >= groupCount ? chunkCount : groups.upperBound << log
        let start = groups.lowerBound >= groupCount ? chunkCount : groups.lowerBound << log
        return start..<end
    }

    /// The bytes of the blob that are in these groups.
    public func bytes(ofGroups groups: Range<UInt64>) -> Range<UInt64> {
        bytes(ofChunks: chunks(ofGroups: groups))
    }

    /// The groups that a range of bytes touches; for an empty range the one that it is in, or the last.
    public func groups(touching bytes: Range<UInt64>) -> Range<UInt64> {
        let log = UInt64(groupSize.log + 10)
        let first = min(bytes.lowerBound >> log, groupCount - 1)
        if bytes.isEmpty { return first..<first + 1 }
        return first..<min((bytes.upperBound - 1) >> log + 1, groupCount)
    }

    /// The groups all of whose bytes are in a range; none, if the range is within one.
    public func groups(within bytes: Range<UInt64>) -> Range<UInt64> {
        let unit = UInt64(groupSize.byteCount)
        let first = bytes.lowerBound / unit + (bytes.lowerBound % unit == 0 ? 0 : 1)
        let end = bytes.upperBound >= size ? groupCount : bytes.upperBound / unit
        return min(first, end)..<end
    }

    /// The bytes of the groups that a set of chunks touches, in order, as ranges with gaps between them.
    public func groupBytes(of ranges: ChunkRanges) -> [Range<UInt64>] {
        ranges.selection(in: self).roundedOut(to: groupSize).ranges(below: chunkCount)
            .map(bytes(ofChunks:))
    }

    /// Whether a node is one group, or a part of one.
    func isWithinGroup(_ node: TreeNode) -> Bool { node.count <= groupSize.chunkCount }

    /// The number of groups under a node, which begins with one.
    func groupCount(of node: TreeNode) -> UInt64 { (node.count - 1) >> UInt64(groupSize.log) + 1 }

    /// Where a node over more than one group is in a pre-order outboard, in nodes of 64 bytes.
    ///
    /// - Precondition: the tree has this node.
    public func preOrderIndex(of node: TreeNode) -> UInt64 {
        let start = node.start >> UInt64(groupSize.log)
        var depth: UInt64 = 0
        var ancestor = root
        while ancestor != node {
            precondition(ancestor.count > node.count, "the tree has no such node")
            ancestor = node.start < ancestor.right.start ? ancestor.left : ancestor.right
            depth += 1
        }
        return start - UInt64(start.nonzeroBitCount) + depth
    }

    /// Where a node over more than one group is in a post-order outboard, in nodes of 64 bytes.
    public func postOrderIndex(of node: TreeNode) -> UInt64 {
        let start = node.start >> UInt64(groupSize.log)
        return start - UInt64(start.nonzeroBitCount) + groupCount(of: node) - 2
    }
}
