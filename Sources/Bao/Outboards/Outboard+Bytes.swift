// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

extension VerifiedParent {
    /// The length of a stored node in bytes.
    public static let byteCount = 64

    /// Calls `body` with both chaining values, the left one first.
    public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe withUnsafeBytes(of: (left, right)) {
            (bytes: UnsafeRawBufferPointer) throws(E) -> R in
            try unsafe body(bytes.bytes)
        }
    }
}

extension Outboard {
    /// Checks a list of the chaining values of all groups, 32 bytes each.
    ///
    /// - Throws: ``BaoError`` if the list has another length or does not lead to the digest.
    public init(_ digest: BLAKE3Digest, _ tree: HashTree, list: RawSpan) throws(BaoError) {
        guard list.byteCount == tree.listByteCount else {
            throw .wrongLength(byteCount: UInt64(list.byteCount), expected: tree.listByteCount)
        }
        try self.init(digest, tree, values: [ChainingValue](in: list))
    }

    /// Checks a stored outboard, without header: 64 bytes for each node over more than one group.
    ///
    /// In pre-order with groups of 16 KiB this is iroh's `obao4` file.
    ///
    /// - Throws: ``BaoError`` if it has another length, or names the node that does not match.
    public init(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        outboard: RawSpan,
        _ order: NodeOrder = .preOrder
    ) throws(BaoError) {
        guard outboard.byteCount == tree.outboardByteCount else {
            throw .wrongLength(
                byteCount: UInt64(outboard.byteCount),
                expected: tree.outboardByteCount
            )
        }
        var values: [ChainingValue] = []
        values.reserveCapacity(outboard.byteCount / VerifiedParent.byteCount + 1)
        // Post-order read backwards is pre-order with the right subtree first.
        var stack = [Expected(node: tree.root, hash: .digest(digest))]
        var offset = order == .preOrder ? 0 : outboard.byteCount - VerifiedParent.byteCount
        while let expected = stack.popLast() {
            guard !tree.isWithinGroup(expected.node) else {
                if case .value(let value) = expected.hash { values.append(value) }
                continue
            }
            let left = ChainingValue(in: outboard, at: offset)
            let right = ChainingValue(in: outboard, at: offset + ChainingValue.byteCount)
            guard expected.matches(left, right) else { throw .mismatch(.parent(expected.node)) }
            let children = [
                Expected(node: expected.node.right, hash: .value(right)),
                Expected(node: expected.node.left, hash: .value(left)),
            ]
            stack += order == .preOrder ? children : children.reversed()
            offset += order == .preOrder ? VerifiedParent.byteCount : -VerifiedParent.byteCount
        }
        if order == .postOrder { values.reverse() }
        try self.init(digest, tree, values: values)
    }

    /// The chaining values of all groups that are known, 32 bytes each.
    public var listBytes: [UInt8] { listBytes(last: values.count) }

    /// The last of the chaining values of the groups that are known.
    func listBytes(last count: Int) -> [UInt8] {
        unsafe values.suffix(count).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The stored form of an outboard, 64 bytes for each node, without header.
    ///
    /// - Precondition: the outboard is complete.
    public func bytes(_ order: NodeOrder = .preOrder) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(tree.outboardByteCount))
        appendBytes(order, to: &bytes)
        return bytes
    }

    /// Appends the stored form of an outboard, as ``bytes(_:)`` returns it.
    ///
    /// - Precondition: the outboard is complete.
    public func appendBytes(_ order: NodeOrder = .preOrder, to bytes: inout [UInt8]) {
        precondition(isComplete, "only a part of the outboard is known")
        forEachParent(order) { parent in parent.withBytes { bytes.append($0) } }
    }
}

extension [UInt8] {
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
