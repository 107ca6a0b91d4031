// SPDX-License-Identifier: Apache-2.0
public import BLAKE3

/// Hashes a blob that arrives in pieces, and gives the chaining value of each group on the way.
///
/// The digest is computed from these values, so that they cost nothing besides: whoever stores a blob
/// has what its outboard is made of when its digest is known.
///
/// ```swift
/// var hasher = TreeHasher()
/// for piece in pieces {
///     hasher.update(piece)
///     list += hasher.takeValues()
/// }
/// let digest = hasher.finalize()
/// list += hasher.takeValues()     // empty altogether if the blob is a single group
/// ```
///
/// Memory: one group, one value for each level of the tree, and the values that were not taken.
public struct TreeHasher: Sendable {
    private let groupSize: GroupSize
    // The values of complete subtrees, from left to right; see `merge`.
    private var stack: [ChainingValue] = []
    private var stackGroupCount: UInt64 = 0
    private var values: [ChainingValue] = []
    // Less than one group; the first group is kept whole, as it may be all of the blob.
    private var pending: [UInt8] = []

    /// Begins a blob.
    public init(groupSize: GroupSize = .standard) {
        self.groupSize = groupSize
    }

    /// How many bytes have been hashed.
    public private(set) var byteCount: UInt64 = 0

    /// Appends `bytes` to the blob.
    public mutating func update(_ bytes: RawSpan) {
        byteCount += UInt64(bytes.byteCount)
        var rest = bytes
        if !pending.isEmpty {
            let missing = min(groupSize.byteCount - pending.count, rest.byteCount)
            pending.append(rest.extracting(first: missing))
            rest = rest.extracting(droppingFirst: missing)
            guard pending.count == groupSize.byteCount, !rest.isEmpty || stackGroupCount > 0
            else { return }
            let group = pending
            pending.removeAll(keepingCapacity: true)
            push(unsafe group.span.bytes)
        }
        let isFirst = stackGroupCount == 0 && rest.byteCount <= groupSize.byteCount
        let whole = isFirst ? 0 : rest.byteCount / groupSize.byteCount * groupSize.byteCount
        push(rest.extracting(first: whole))
        pending.append(rest.extracting(droppingFirst: whole))
    }

    /// Hashes whole groups, as large subtrees at once as there are.
    private mutating func push(_ groups: RawSpan) {
        guard !groups.isEmpty else { return }
        let found = BLAKE3Tree.groupChainingValues(
            of: groups,
            at: .init(rawValue: stackGroupCount << UInt64(groupSize.log)),
            groupLog: groupSize.log
        )
        values += found
        var rest = found[...]
        while !rest.isEmpty {
            let aligned = min(UInt64(stackGroupCount.trailingZeroBitCount), 62)
            let count = min(1 << Int(aligned), Self.powerOfTwo(notAbove: rest.count))
            push(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
    }

    private static func powerOfTwo(notAbove limit: Int) -> Int {
        1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount)
    }

    /// Pushes the values of a complete subtree of a power of two of groups.
    ///
    /// Its two children are pushed one by one: nobody knows yet whether their parent is the root,
    /// which is compressed otherwise.
    private mutating func push(_ subtree: [ChainingValue]) {
        if subtree.count > 1 {
            let children = BLAKE3Tree.children(over: subtree)
            let count = UInt64(subtree.count / 2)
            push(children.left, count)
            push(children.right, count)
        } else {
            push(subtree[0], 1)
        }
    }

    private mutating func push(_ value: ChainingValue, _ groupCount: UInt64) {
        // Now that something follows, neighbours of equal size are no children of the root.
        while stack.count > stackGroupCount.nonzeroBitCount { mergeLast() }
        stack.append(value)
        stackGroupCount += groupCount
    }

    private mutating func mergeLast() {
        let right = stack.removeLast()
        let left = stack.removeLast()
        stack.append(BLAKE3Tree.parent(of: left, right))
    }

    /// Gives up the chaining values of groups that have come up since the last call, in order.
    public mutating func takeValues() -> [BLAKE3Tree.ChainingValue] {
        defer { values = [] }
        return values
    }

    /// Ends the blob and returns its digest.
    ///
    /// The value of the last group can be taken after this. Nothing may be appended any more.
    public mutating func finalize() -> BLAKE3Digest {
        guard stackGroupCount > 0 else {
            return BLAKE3Digest(hashing: unsafe pending.span.bytes)
        }
        if !pending.isEmpty {
            let index = BLAKE3Tree.ChunkIndex(rawValue: stackGroupCount << UInt64(groupSize.log))
            let value = BLAKE3Tree.chainingValue(of: unsafe pending.span.bytes, at: index)
            values.append(value)
            push(value, 0)
            pending = []
        }
        while stack.count > 2 { mergeLast() }
        return BLAKE3Tree.root(of: stack[0], stack[1])
    }
}
