// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

extension Compressor {
    /// Hashes the children of the node over `bytes`, more than one chunk, on up to `threads`
    /// threads, of which the caller is one.
    ///
    /// The input is cut into equal parts, each a power of two of chunks, which threads take in turn;
    /// eight parts for each thread let a busy machine balance the load.
    func children(
        of bytes: RawSpan,
        at index: UInt64,
        following: Int = 0,
        threads: Int
    ) -> Siblings {
        precondition(threads > 0, "hashing takes at least one thread")
        let wanted = bytes.byteCount / (8 * threads)
        let partByteCount = max(Self.batchByteCount, Self.powerOfTwo(notAbove: wanted))
        let partCount = (bytes.byteCount + partByteCount - 1) / partByteCount
        if threads == 1 || partCount < 2 {
            return children(of: bytes, at: index, following: following)
        }

        var parts = [Bytes32](repeating: Bytes32(), count: partCount)
        var values = parts.mutableSpan
        let next = Atomic(0)
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe values.withUnsafeMutableBufferPointer { values in
                // The bytes are only read; each value is written by the one thread that drew its
                // number; and all threads are done before either pointer goes.
                nonisolated(unsafe) let bytes = unsafe bytes
                nonisolated(unsafe) let values = unsafe values
                DispatchQueue.concurrentPerform(iterations: min(threads, partCount)) { _ in
                    while true {
                        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard part < partCount else { return }
                        let start = part * partByteCount
                        let end = unsafe min(start + partByteCount, bytes.count)
                        unsafe values[part] = subtree(
                            bytes.bytes.extracting(start..<end),
                            at: index + UInt64(start / Self.chunkByteCount)
                        )
                    }
                }
            }
        }
        return children(above: partCount, in: &values)
    }

    /// Hashes one node other than the root, over at least one byte, on up to `threads` threads.
    func subtree(_ bytes: RawSpan, at index: UInt64, threads: Int) -> Bytes32 {
        if bytes.byteCount <= Self.chunkByteCount { return chunk(bytes, at: index) }
        return parent(of: children(of: bytes, at: index, threads: threads))
    }

    static func powerOfTwo(notAbove limit: Int) -> Int {
        limit < 1 ? 1 : 1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount)
    }
}
