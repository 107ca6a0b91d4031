// SPDX-License-Identifier: Apache-2.0

extension BLAKE3Tree {
    /// The values one level up: of each pair of neighbours that of their parent.
    ///
    /// An odd last value moves up unchanged, as its node has no sibling on this level. Done again
    /// until two values are left, this gives the children of the node over all of `values`, which
    /// must be of subtrees of one size, a power of two, but for the last, which may be smaller.
    ///
    /// One compression for each pair, as many at once as the machine does.
    public static func parents(of values: [ChainingValue]) -> [ChainingValue] {
        let count = (values.count + 1) / 2
        return unsafe [ChainingValue](unsafeUninitializedCapacity: count) {
            output,
            initializedCount in
            unsafe values.withUnsafeBufferPointer { input in
                unsafe Compressor.plain.parents(ofPairsIn: input.span, into: &output)
            }
            if let last = values.last, !values.count.isMultiple(of: 2) {
                unsafe output.initializeElement(at: count - 1, to: last)
            }
            initializedCount = count
        }
    }

    /// The children of the node over all of `values`, at least two (see ``parents(of:)``).
    public static func children(
        over values: [ChainingValue]
    ) -> (left: ChainingValue, right: ChainingValue) {
        precondition(values.count > 1, "a single node has no children here")
        var values = values
        while values.count > 2 { values = parents(of: values) }
        return (values[0], values[1])
    }

    /// The chaining value of the node over all of `values`, at least one (see ``parents(of:)``).
    public static func chainingValue(over values: [ChainingValue]) -> ChainingValue {
        if values.count == 1 { return values[0] }
        let children = children(over: values)
        return parent(of: children.left, children.right)
    }
}
