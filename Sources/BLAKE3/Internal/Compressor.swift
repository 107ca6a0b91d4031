// SPDX-License-Identifier: Apache-2.0

internal import BLAKE3Kernels

/// The compression function as one mode of BLAKE3 uses it: with a key, flags and a kernel.
///
/// All calls of C code are in this file.
struct Compressor: Sendable {
    private let key: Bytes32
    private let flags: UInt32
    private let kernel: b3k_kernel

    /// The plain hash.
    static let plain = Compressor(flags: 0)

    /// A mode of BLAKE3, with the fastest kernel that this machine runs.
    init(key: Bytes32 = .initializationVector, flags: UInt32) {
        self.key = key
        self.flags = flags
        kernel = Self.bestKernel
    }

    /// The same mode with another kernel.
    init(_ other: Compressor, kernel: BLAKE3Kernel) {
        precondition(kernel.isSupported, "this machine does not run that kernel")
        key = other.key
        flags = other.flags
        self.kernel = kernel.code
    }

    private static let bestKernel = BLAKE3Kernel.best.code
}

extension Compressor {
    static let blockByteCount = Int(B3K_BLOCK_LENGTH)
    static let chunkByteCount = Int(B3K_CHUNK_LENGTH)

    static let keyedHashFlag = UInt32(B3K_KEYED_HASH)
    static let deriveKeyContextFlag = UInt32(B3K_DERIVE_KEY_CONTEXT)
    static let deriveKeyMaterialFlag = UInt32(B3K_DERIVE_KEY_MATERIAL)
    private static let rootFlag = UInt32(B3K_ROOT)

    /// Hashes one chunk of 0 to 1024 bytes.
    func chunk(_ bytes: RawSpan, at index: UInt64, isRoot: Bool = false) -> Bytes32 {
        precondition(bytes.byteCount <= Self.chunkByteCount, "a chunk is at most 1024 bytes")
        var key = key
        var value = Bytes32()
        unsafe bytes.withUnsafeBytes { input in
            unsafe b3k_hash_chunk(
                kernel,
                input.baseAddress,
                input.count,
                &key,
                index,
                flags,
                isRoot ? Self.rootFlag : 0,
                &value
            )
        }
        return value
    }

    /// Hashes the whole chunks of `bytes` and returns how many there are.
    func wholeChunks(
        _ bytes: RawSpan,
        at index: UInt64,
        following: Int,
        into values: inout MutableSpan<Bytes32>
    ) -> Int {
        let count = bytes.byteCount / Self.chunkByteCount
        guard count > 0 else { return 0 }
        precondition(count <= values.count, "no room for the chaining values")
        var key = key
        unsafe bytes.withUnsafeBytes { input in
            unsafe values.withUnsafeMutableBytes { output in
                // Neither buffer is empty, so both have an address.
                unsafe b3k_hash_chunks(
                    kernel,
                    input.baseAddress.unsafelyUnwrapped,
                    count,
                    following,
                    &key,
                    index,
                    flags,
                    output.baseAddress.unsafelyUnwrapped
                )
            }
        }
        return count
    }

    /// Replaces the first `count` pairs of values by those of their parents.
    func parents(ofFirst count: Int, in values: inout MutableSpan<Bytes32>) {
        guard count > 0 else { return }
        precondition(2 * count <= values.count, "not that many pairs")
        var key = key
        unsafe values.withUnsafeMutableBytes { pairs in
            // The buffer is not empty, so it has an address.
            let start = unsafe pairs.baseAddress.unsafelyUnwrapped
            unsafe b3k_hash_parents(kernel, start, count, &key, flags, start)
        }
    }

    /// Writes the values of the parents of all whole pairs.
    func parents(
        ofPairsIn values: Span<BLAKE3Tree.ChainingValue>,
        into output: inout UnsafeMutableBufferPointer<BLAKE3Tree.ChainingValue>
    ) {
        let count = values.count / 2
        guard count > 0 else { return }
        precondition(count <= output.count, "no room for the chaining values")
        var key = key
        unsafe values.withUnsafeBytes { pairs in
            // Neither buffer is empty, so both have an address.
            unsafe b3k_hash_parents(
                kernel,
                pairs.baseAddress.unsafelyUnwrapped,
                count,
                &key,
                flags,
                output.baseAddress.unsafelyUnwrapped
            )
        }
    }

    /// The value of the node above two siblings.
    func parent(of children: Siblings, isRoot: Bool = false) -> Bytes32 {
        var children = children
        var key = key
        var value = Bytes32()
        let flags = isRoot ? flags | Self.rootFlag : flags
        unsafe b3k_hash_parents(kernel, &children, 1, &key, flags, &value)
        return value
    }

    /// The node above two siblings, as it is when nothing is above it.
    func rootNode(above children: Siblings) -> Node {
        Node(
            value: key,
            block: children,
            byteCount: UInt32(Self.blockByteCount),
            flags: flags | UInt32(B3K_PARENT) | Self.rootFlag
        )
    }

    /// The last block of the only chunk of an input of 0 to 1024 bytes.
    func rootNode(ofChunk bytes: RawSpan) -> Node {
        precondition(bytes.byteCount <= Self.chunkByteCount, "a chunk is at most 1024 bytes")
        var node = Node(
            value: key,
            block: Siblings(),
            byteCount: UInt32(Self.blockByteCount),
            flags: flags | UInt32(B3K_CHUNK_START)
        )
        var rest = bytes
        while rest.byteCount > Self.blockByteCount {
            node.block = Siblings(zeroPadding: rest.extracting(first: Self.blockByteCount))
            node.value = compress(node).left
            node.flags = flags
            rest = rest.extracting(droppingFirst: Self.blockByteCount)
        }
        node.block = Siblings(zeroPadding: rest)
        node.byteCount = UInt32(rest.byteCount)
        node.flags |= UInt32(B3K_CHUNK_END) | Self.rootFlag
        return node
    }

    /// All 64 bytes that the compression function makes of `node`.
    func compress(_ node: Node, counter: UInt64 = 0) -> Siblings {
        var node = node
        var output = Siblings()
        unsafe b3k_compress(
            kernel,
            &node.value,
            &node.block,
            node.byteCount,
            counter,
            node.flags,
            &output
        )
        return output
    }
}
