// SPDX-License-Identifier: Apache-2.0

/// Gives the extended output of a hash: up to 2^64 - 1 bytes, from any position on.
///
/// ```swift
/// var reader = hasher.makeOutputReader()
/// reader.position = 1 << 20
/// var bytes = InlineArray<100, UInt8>(repeating: 0)
/// var elements = bytes.mutableSpan
/// var span = elements.mutableBytes
/// reader.read(into: &span)  // bytes 1048576 to 1048675 of the output
/// ```
///
/// Output that begins alike is alike: a longer one extends a shorter one, so that the length does
/// not separate uses. Costs one compression for each 64 bytes, wherever they are (BLAKE3 paper,
/// section 2.6).
public struct BLAKE3OutputReader: Sendable {
    private let root: Node
    private let compressor: Compressor

    /// Where the next byte comes from, counted from the first byte of output.
    public var position: UInt64 = 0

    init(root: Node, compressor: Compressor) {
        self.root = root
        self.compressor = compressor
    }

    /// Overwrites all of `bytes` and moves on by as many.
    public mutating func read(into bytes: inout MutableRawSpan) {
        unsafe bytes.withUnsafeMutableBytes { unsafe fill($0) }
    }

    /// Appends to `bytes` until it is full and moves on by as many.
    public mutating func read(into bytes: inout OutputRawSpan) {
        unsafe bytes.withUnsafeMutableBytes { buffer, initializedCount in
            unsafe fill(UnsafeMutableRawBufferPointer(rebasing: buffer[initializedCount...]))
            initializedCount = buffer.count
        }
    }

    /// Writes block by block: the number of a block takes the place of the chunk counter.
    private mutating func fill(_ output: UnsafeMutableRawBufferPointer) {
        let blockByteCount = UInt64(Compressor.blockByteCount)
        var filled = 0
        while filled < output.count {
            let block = compressor.compress(root, counter: position / blockByteCount)
            let skipped = Int(position % blockByteCount)
            let count = min(Compressor.blockByteCount - skipped, output.count - filled)
            unsafe withUnsafeBytes(of: block) { block in
                let target = unsafe UnsafeMutableRawBufferPointer(rebasing: output[filled...])
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: block[skipped..<skipped + count])
                )
            }
            filled += count
            position += UInt64(count)
        }
    }
}
