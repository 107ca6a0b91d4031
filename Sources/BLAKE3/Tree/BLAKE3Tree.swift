// SPDX-License-Identifier: Apache-2.0

/// The inside of the hash tree, for those who verify parts of an input.
///
/// - Warning: Chaining values are no digests. A program that only hashes needs none of this; one
///   that takes trees apart must get the positions of all nodes right, or it accepts forgeries.
///
/// Chunks of 1024 bytes are the leaves. A node over more than one chunk has a left child over the
/// largest power of two of chunks below that number, and a right child over the rest. Five chunks,
/// the last of which may be short:
///
/// ```
///              root                      Any node but the root has a chaining value. It depends on
///           ╱        ╲                   where its chunks are in the input: hashing the bytes of a
///         p            ╲                 subtree by themselves gives something else.
///      ╱     ╲          ╲
///     p       p          ╲               The root is compressed with a flag of its own, and that
///   ╱   ╲   ╱   ╲         ╲              result is the digest. An input of a single chunk has no
///  0     1 2     3         4             chaining values: that chunk is the root.
/// ```
///
/// The digest of 5000 bytes, from two subtrees that could come from different machines:
///
/// ```swift
/// let left = BLAKE3Tree.chainingValue(of: bytes.extracting(first: 4096), at: 0)
/// let right = BLAKE3Tree.chainingValue(of: bytes.extracting(droppingFirst: 4096), at: 4)
/// BLAKE3Tree.root(of: left, right) == BLAKE3Digest(hashing: bytes)  // true
/// ```
///
/// Sources: BLAKE3 paper, sections 2.1 (tree) and 2.4 (chunk counters). All functions are of the
/// plain hash, without a key, and check what they require.
public enum BLAKE3Tree {
    /// The length of all chunks but the last in bytes.
    public static let chunkByteCount = 1024

    /// Hashes the subtree over `bytes`, which begin with chunk `start` of their input.
    ///
    /// The result is of use only below a root, so the input must be more than these bytes. Up to
    /// `threads` threads take part, at least one; more than one pays from about half a mebibyte on.
    ///
    /// - Precondition: there is at least one byte, and `start` is a multiple of the number of chunks
    ///   rounded up to a power of two. Only the bytes that end the input may be any number; all
    ///   others are a power of two of whole chunks, which cannot be checked here.
    public static func chainingValue(
        of bytes: RawSpan,
        at start: ChunkIndex,
        threads: Int = 1
    ) -> ChainingValue {
        precondition(!bytes.isEmpty, "the empty input has a root only")
        precondition(
            start.isStart(ofSubtreeOver: ChunkIndex.count(of: bytes.byteCount)),
            "no subtree of this length begins at this chunk"
        )
        let compressor = Compressor.plain
        return ChainingValue(
            bytes: compressor.subtree(bytes, at: start.rawValue, threads: threads)
        )
    }

    /// The chaining value of the node over two children: one compression.
    public static func parent(of left: ChainingValue, _ right: ChainingValue) -> ChainingValue {
        let children = Siblings(left: left.bytes, right: right.bytes)
        return ChainingValue(bytes: Compressor.plain.parent(of: children))
    }

    /// The digest of the input whose topmost node has these two children: one compression.
    public static func root(of left: ChainingValue, _ right: ChainingValue) -> BLAKE3Digest {
        let children = Siblings(left: left.bytes, right: right.bytes)
        return BLAKE3Digest(bytes: Compressor.plain.parent(of: children, isRoot: true))
    }
}
