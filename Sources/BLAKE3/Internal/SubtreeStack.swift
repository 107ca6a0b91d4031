// SPDX-License-Identifier: Apache-2.0

/// The values of the complete subtrees into which the input so far falls, from left to right.
///
/// Neighbours of equal size are merged only when another value is pushed, for the topmost merge
/// makes the root, if nothing follows. With chunks pushed one by one:
///
/// ```
/// chunks   1    2    3    4      5    6      7      8        9
/// sizes    1    1 1  2 1  2 1 1  4 1  4 1 1  4 2 1  4 2 1 1  8 1
/// ```
struct SubtreeStack: Sendable {
    private var values: [Bytes32] = []

    /// How many chunks the subtrees have together.
    private(set) var chunkCount: UInt64 = 0

    /// Appends the value of a subtree over `count` chunks, a power of two that divides `chunkCount`.
    mutating func push(_ value: Bytes32, chunkCount count: UInt64, _ compressor: Compressor) {
        merge(compressor)
        values.append(value)
        chunkCount += count
    }

    /// The root of the tree that ends with `rest`, fewer chunks than any subtree has.
    ///
    /// Together they are at least two nodes.
    func root(_ compressor: Compressor, last rest: RawSpan) -> Node {
        var stack = self
        if !rest.isEmpty {
            stack.push(compressor.subtree(rest, at: chunkCount), chunkCount: 0, compressor)
        }
        while stack.values.count > 2 { stack.mergeLast(compressor) }
        return compressor.rootNode(above: Siblings(left: stack.values[0], right: stack.values[1]))
    }

    /// Merges all neighbours of equal size: then there is one subtree for each bit of `chunkCount`.
    private mutating func merge(_ compressor: Compressor) {
        while values.count > chunkCount.nonzeroBitCount { mergeLast(compressor) }
    }

    private mutating func mergeLast(_ compressor: Compressor) {
        let right = values.removeLast()
        let left = values.removeLast()
        values.append(compressor.parent(of: Siblings(left: left, right: right)))
    }
}
