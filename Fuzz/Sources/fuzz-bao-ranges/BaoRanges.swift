// SPDX-License-Identifier: Apache-2.0

import Bao
import FuzzSupport

/// Sets of chunks are what a function says that is asked chunk by chunk, wherever they change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBaoRanges(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(copying: start, count: count)
    let size = input.takeInteger(UInt64.self)
    let groupSize = GroupSize(log: Int(input.takeInteger(UInt8.self) % 11)) ?? .standard
    let first = Model(from: &input)
    let second = Model(from: &input)
    let (one, two) = (first.set, second.set)
    let tree = HashTree(size: size, groupSize: groupSize)
    let selection = one.selection(in: tree)
    let last = tree.chunkCount - 1

    var chunks = Set(first.boundaries + second.boundaries + [last, 0, .max])
    for chunk in chunks { chunks.formUnion([chunk &- 1, chunk &+ 1]) }
    for chunk in chunks {
        let (isInFirst, isInSecond) = (first.contains(chunk), second.contains(chunk))
        require(one.contains(chunk) == isInFirst, "contains")
        require(one.union(two).contains(chunk) == (isInFirst || isInSecond), "union")
        require(one.intersection(two).contains(chunk) == (isInFirst && isInSecond), "intersection")
        require(one.subtracting(two).contains(chunk) == (isInFirst && !isInSecond), "subtracting")
        let isBehind = chunk == last && first.hasRange(from: last)
        require(
            selection.contains(chunk) == (chunk <= last && isInFirst || isBehind),
            "\(chunk) of \(one) in \(tree)"
        )
    }
    require(selection.isEmpty == one.isEmpty, "of something, something is selected")
    require(selection.selection(in: tree) == selection, "what is selected is selected again")
    require(one.union(two) == two.union(one), "the order does not matter")
    check(one, chunks.sorted())
    return 0
}

/// Asks about ranges between the places of interest.
private func check(_ set: ChunkRanges, _ chunks: [UInt64]) {
    for (start, end) in zip(chunks, chunks.dropFirst()) {
        let range = ChunkRanges(start..<end)
        require(set.isSuperset(of: start..<end) == range.subtracting(set).isEmpty, "superset")
        require(set.intersects(start..<end) == !range.intersection(set).isEmpty, "intersects")
        let below = set.ranges(below: end)
        require(below.allSatisfy { !$0.isEmpty && $0.upperBound <= end }, "ranges below")
        let joined = below.reduce(ChunkRanges()) { $0.union(ChunkRanges($1)) }
        require(joined == set.intersection(ChunkRanges(0..<end)), "all ranges below")
    }
}

/// Boundaries, counted one by one.
private struct Model {
    let boundaries: [UInt64]

    init(from input: inout FuzzInput) {
        var boundaries: Set<UInt64> = []
        for _ in 0..<input.takeInteger(UInt8.self) & 15 {
            let kind = input.takeInteger(UInt8.self)
            if kind < 128 {
                boundaries.insert(UInt64(kind))
            } else {
                boundaries.insert(input.takeInteger(UInt64.self))
            }
        }
        self.boundaries = boundaries.sorted()
    }

    var set: ChunkRanges {
        let set = ChunkRanges(boundaries: boundaries)
        require(set != nil, "boundaries that ascend make a set")
        return set ?? ChunkRanges()
    }

    func contains(_ chunk: UInt64) -> Bool {
        !boundaries.count { $0 <= chunk }.isMultiple(of: 2)
    }

    /// Whether a range of the set begins at this chunk or behind it.
    func hasRange(from chunk: UInt64) -> Bool {
        boundaries.enumerated().contains { $0.isMultiple(of: 2) && $1 >= chunk }
    }
}
