// SPDX-License-Identifier: Apache-2.0

extension Compressor {
    /// Calls `body` with the values of all groups of 2^`groupLog` chunks, some at a time, in order.
    ///
    /// `index` is that of the first chunk, a multiple of the group; `following` is how many bytes
    /// after these in memory are hashed next.
    func forEachGroups(
        of bytes: RawSpan,
        at index: UInt64,
        groupLog: Int,
        following: Int = 0,
        _ body: (Span<Bytes32>) -> Void
    ) {
        // A small step should not pay for clearing the large array.
        if bytes.byteCount <= 32 * Self.chunkByteCount {
            var storage = InlineArray<32, Bytes32>(repeating: Bytes32())
            var values = storage.mutableSpan
            forEachGroups(of: bytes, at: index, groupLog, following, using: &values, body)
        } else {
            var storage = InlineArray<256, Bytes32>(repeating: Bytes32())
            var values = storage.mutableSpan
            forEachGroups(of: bytes, at: index, groupLog, following, using: &values, body)
        }
    }

    private func forEachGroups(
        of bytes: RawSpan,
        at index: UInt64,
        _ groupLog: Int,
        _ following: Int,
        using values: inout MutableSpan<Bytes32>,
        _ body: (Span<Bytes32>) -> Void
    ) {
        let groupByteCount = Self.chunkByteCount << groupLog
        let stepByteCount = max(Self.batchByteCount, groupByteCount)
        var rest = bytes
        var index = index
        while !rest.isEmpty {
            let step = rest.extracting(first: min(rest.byteCount, stepByteCount))
            let following = rest.byteCount - step.byteCount + following
            var count = 1
            if groupByteCount > Self.batchByteCount {
                values[0] = subtree(step, at: index, following: following)
            } else {
                count = chunks(step, at: index, following: following, into: &values)
                // An odd node moves up unchanged, so the last group may be short and is complete.
                for _ in 0..<groupLog { count = level(above: count, in: &values) }
            }
            body(values.span.extracting(first: count))
            rest = rest.extracting(droppingFirst: step.byteCount)
            index += UInt64(step.byteCount / Self.chunkByteCount)
        }
    }
}
