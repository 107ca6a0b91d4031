// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

typealias ChainingValue = BLAKE3Tree.ChainingValue

/// A node together with the hash that it must have.
struct Expected: Hashable, Sendable {
    enum Hash: Hashable, Sendable {
        case digest(BLAKE3Digest)
        case value(ChainingValue)
    }

    var node: TreeNode
    var hash: Hash

    /// Whether the node over these two has the hash.
    func matches(_ left: ChainingValue, _ right: ChainingValue) -> Bool {
        switch hash {
        case .digest(let digest): BLAKE3Tree.root(of: left, right) == digest
        case .value(let value): BLAKE3Tree.parent(of: left, right) == value
        }
    }

    /// Whether the content of the whole node has the hash.
    func matches(_ content: RawSpan) -> Bool {
        switch hash {
        case .digest(let digest): BLAKE3Digest(hashing: content) == digest
        case .value(let value):
            BLAKE3Tree.chainingValue(of: content, at: .init(rawValue: node.start)) == value
        }
    }

    /// Whether the node over these values, those of its groups or of larger subtrees, has the hash.
    func matches(_ values: [ChainingValue]) -> Bool {
        guard values.count > 1 else { return values.first.map { hash == .value($0) } ?? false }
        let children = BLAKE3Tree.children(over: values)
        return matches(children.left, children.right)
    }
}

extension ChainingValue {
    /// The value that begins at an offset.
    ///
    /// - Precondition: there are 32 bytes from there on.
    init(in bytes: RawSpan, at offset: Int) {
        guard
            let value = ChainingValue(
                copying: bytes.extracting(offset..<offset + ChainingValue.byteCount)
            )
        else { preconditionFailure("a chaining value has 32 bytes") }
        self = value
    }
}

extension [ChainingValue] {
    /// The values in a list of 32 bytes each; what is left over at its end is not looked at.
    init(in list: RawSpan) {
        let count = list.byteCount / ChainingValue.byteCount
        self = unsafe [ChainingValue](unsafeUninitializedCapacity: count) {
            output,
            initializedCount in
            let bytes = list.extracting(first: count * ChainingValue.byteCount)
            unsafe bytes.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(output).copyMemory(from: $0)
            }
            initializedCount = count
        }
    }
}

/// The children of a node, after they have been checked.
public struct VerifiedParent: Hashable, Sendable {
    /// The node.
    public let node: TreeNode
    /// The chaining value of its left child.
    public let left: BLAKE3Tree.ChainingValue
    /// The chaining value of its right child.
    public let right: BLAKE3Tree.ChainingValue
}
