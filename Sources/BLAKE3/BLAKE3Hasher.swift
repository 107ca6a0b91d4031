// SPDX-License-Identifier: Apache-2.0

/// Hashes bytes that arrive in pieces, in any of the three modes of BLAKE3.
///
/// ```swift
/// var hasher = BLAKE3Hasher()
/// for piece in pieces { hasher.update(piece) }
/// let digest = hasher.finalize()
/// ```
///
/// How the input is cut into pieces never shows in the result. A hasher is a value: a copy goes on
/// by itself, and finalizing changes nothing, so that more can follow.
///
/// It keeps at most 16 KiB of input and one chaining value for each level of the tree. Pieces of
/// 16 KiB and more are hashed where they are; smaller ones are collected first. For bytes that are
/// all there, ``BLAKE3Digest/init(hashing:)`` is the shorter way.
public struct BLAKE3Hasher: Sendable {
    private var compressor: Compressor
    private var stack = SubtreeStack()
    // The bytes after those on the stack: less than a group, which begins at a multiple of groups.
    private var pending: [UInt8] = []

    /// Hashes without a key.
    public init() {
        self.init(.plain)
    }

    /// Makes a keyed hash, which only those who have the key can make or check (paper, section 2.3).
    public init(key: BLAKE3Key) {
        self.init(Compressor(key: key.bytes, flags: Compressor.keyedHashFlag))
    }

    /// Derives a key from the bytes that follow (paper, section 2.3).
    ///
    /// The context names one use in one application. It is a constant in its source, never made from
    /// input, and the same for all of its keys: `example.com 2025-01-31 session tokens`.
    public init(derivingKeyIn context: String) {
        var hasher = BLAKE3Hasher(Compressor(flags: Compressor.deriveKeyContextFlag))
        hasher.update(unsafe Array(context.utf8).span.bytes)
        let key = hasher.finalize().bytes
        self.init(Compressor(key: key, flags: Compressor.deriveKeyMaterialFlag))
    }

    private init(_ compressor: Compressor) {
        self.compressor = compressor
    }

    /// How many bytes have been hashed.
    public var byteCount: UInt64 {
        stack.chunkCount * UInt64(Compressor.chunkByteCount) + UInt64(pending.count)
    }

    /// Appends `bytes` to the input, on this thread.
    public mutating func update(_ bytes: RawSpan) {
        update(bytes, threads: 1)
    }

    /// Appends `bytes` to the input, on up to `threads` threads, at least one, and waits for them.
    ///
    /// Pays for pieces from about half a mebibyte on.
    public mutating func update(_ bytes: RawSpan, threads: Int) {
        precondition(threads > 0, "hashing takes at least one thread")
        var rest = bytes
        if !pending.isEmpty {
            let missing = min(Self.groupByteCount - pending.count, rest.byteCount)
            append(rest.extracting(first: missing))
            rest = rest.extracting(droppingFirst: missing)
            guard pending.count == Self.groupByteCount else { return }
            let children = compressor.children(
                of: unsafe pending.span.bytes,
                at: stack.chunkCount
            )
            push(children, byteCount: Self.groupByteCount)
            pending.removeAll(keepingCapacity: true)
        }
        while rest.byteCount >= Self.groupByteCount {
            let count = Self.subtreeByteCount(at: stack.chunkCount, upTo: rest.byteCount)
            let subtree = rest.extracting(first: count)
            rest = rest.extracting(droppingFirst: count)
            let children = compressor.children(
                of: subtree,
                at: stack.chunkCount,
                following: rest.byteCount,
                threads: threads
            )
            push(children, byteCount: count)
        }
        append(rest)
    }

    /// The hash of all bytes so far.
    ///
    /// Costs at most the hashing of 16 KiB, whatever came before.
    public func finalize() -> BLAKE3Digest {
        BLAKE3Digest(bytes: compressor.compress(root).left)
    }

    /// Gives any number of bytes of output for all bytes of input so far (paper, section 2.6).
    ///
    /// The first 32 bytes are those of ``finalize()``.
    public func makeOutputReader() -> BLAKE3OutputReader {
        BLAKE3OutputReader(root: root, compressor: compressor)
    }
}

extension BLAKE3Hasher {
    /// Hashes in the same mode with the code for a given set of instructions.
    @_spi(Kernels)
    public func using(_ kernel: BLAKE3Kernel) -> BLAKE3Hasher {
        var hasher = self
        hasher.compressor = Compressor(compressor, kernel: kernel)
        return hasher
    }

    /// What is hashed at once at least, so that wide kernels have enough to do: 16 chunks.
    private static let groupByteCount = 16 * Compressor.chunkByteCount

    /// The length of the largest complete subtree that begins at `index` within `limit` bytes.
    private static func subtreeByteCount(at index: UInt64, upTo limit: Int) -> Int {
        let aligned = index == 0 ? Int.max : 1 << (index.trailingZeroBitCount + 10)
        return min(aligned, Compressor.powerOfTwo(notAbove: limit))
    }

    private mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
    }

    /// Pushes the children of a complete subtree one by one.
    ///
    /// Their parent would be the root, which is compressed with another flag, if nothing followed.
    private mutating func push(_ children: Siblings, byteCount: Int) {
        let chunkCount = UInt64(byteCount / Compressor.chunkByteCount / 2)
        stack.push(children.left, chunkCount: chunkCount, compressor)
        stack.push(children.right, chunkCount: chunkCount, compressor)
    }

    private var root: Node {
        let rest = unsafe pending.span.bytes
        if stack.chunkCount > 0 {
            return stack.root(compressor, last: rest)
        }
        if rest.byteCount <= Compressor.chunkByteCount {
            return compressor.rootNode(ofChunk: rest)
        }
        return compressor.rootNode(above: compressor.children(of: rest, at: 0))
    }
}
