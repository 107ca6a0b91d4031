// SPDX-License-Identifier: Apache-2.0

extension ChunkRanges {
    /// The chunks of a blob that are sent to someone who asks for this set.
    ///
    /// A range that begins behind the end stands for the last chunk, so that a request beyond the end
    /// proves the size. The result has no open end, and is empty only if the set is. bao-tree does
    /// the same.
    public func selection(in tree: HashTree) -> ChunkRanges {
        let count = tree.chunkCount
        let inside = intersection(ChunkRanges(0..<count))
        guard !boundaries.isEmpty, boundaries[(boundaries.count - 1) & ~1] >= count
        else { return inside }
        return inside.union(ChunkRanges(count - 1..<count))
    }

    /// Whether the content of a node is sent as one, without hashes in between.
    ///
    /// That is so for single chunks, and for groups of which everything is wanted.
    func isLeaf(_ node: TreeNode, _ groupSize: GroupSize) -> Bool {
        node.count == 1 || node.count <= groupSize.chunkCount && isSuperset(of: node.chunks)
    }

    /// The whole groups that the set touches, as if the blob had no end.
    func roundedOut(to groupSize: GroupSize) -> ChunkRanges {
        let mask = groupSize.chunkCount - 1
        var rounded: [UInt64] = []
        for index in boundaries.indices {
            let chunk = boundaries[index]
            if index.isMultiple(of: 2) {
                let start = chunk & ~mask
                // It may begin in the group in which the range before it ends.
                if rounded.last.map({ $0 >= start }) == true {
                    rounded.removeLast()
                } else {
                    rounded.append(start)
                }
            } else {
                // An end in the very last group that there can be has no number.
                let (end, overflow) = chunk.addingReportingOverflow(mask)
                if !overflow { rounded.append(end & ~mask) }
            }
        }
        return ChunkRanges(boundaries: rounded) ?? self
    }

    /// The groups of which the set has every chunk; the last group of the blob may be short.
    func roundedIn(to tree: HashTree) -> ChunkRanges {
        let all = ChunkRanges(0..<tree.chunkCount)
        return all.subtracting(all.subtracting(self).roundedOut(to: tree.groupSize))
    }
}
