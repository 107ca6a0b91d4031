// SPDX-License-Identifier: Apache-2.0

extension BLAKE3Tree {
    /// Appends the chaining values of all groups of 2^`groupLog` chunks in `bytes` to `output`.
    ///
    /// These are the leaves of an outboard: groups of 16 chunks, a `groupLog` of 4, are usual. A
    /// pass over the bytes costs as much as hashing them. The last group may be short, if `bytes`
    /// end the input.
    ///
    /// An input of one group only has a root in place of the group's value: hash it with
    /// ``BLAKE3Digest/init(hashing:)``.
    ///
    /// - Precondition: `groupLog` is 0 to 52, `start` is a multiple of 2^`groupLog`, and `output` has
    ///   room for 32 bytes for each group.
    public static func appendGroupChainingValues(
        of bytes: RawSpan,
        at start: ChunkIndex,
        groupLog: Int,
        to output: inout OutputRawSpan
    ) {
        let index = checkedIndex(of: start, groupLog: groupLog)
        Compressor.plain.forEachGroups(of: bytes, at: index, groupLog: groupLog) { values in
            unsafe values.withUnsafeBytes { values in
                unsafe output.withUnsafeMutableBytes { buffer, initializedCount in
                    let end = initializedCount + values.count
                    precondition(end <= buffer.count, "no room for the chaining values")
                    let free = unsafe UnsafeMutableRawBufferPointer(
                        rebasing: buffer[initializedCount..<end]
                    )
                    unsafe free.copyMemory(from: values)
                    initializedCount = end
                }
            }
        }
    }

    /// Appends the chaining values of all groups of 2^`groupLog` chunks in `bytes` to an array.
    ///
    /// See ``appendGroupChainingValues(of:at:groupLog:to:)``. `following` is how many bytes behind
    /// these in memory are hashed next: they are fetched early, which pays for small steps through
    /// large inputs.
    public static func appendGroupChainingValues(
        of bytes: RawSpan,
        at start: ChunkIndex,
        groupLog: Int,
        following: Int = 0,
        to output: inout [ChainingValue]
    ) {
        let index = checkedIndex(of: start, groupLog: groupLog)
        Compressor.plain.forEachGroups(
            of: bytes,
            at: index,
            groupLog: groupLog,
            following: following
        ) { values in
            unsafe values.withUnsafeBytes { bytes in
                unsafe bytes.withMemoryRebound(to: ChainingValue.self) { values in
                    unsafe output.append(contentsOf: values)
                }
            }
        }
    }

    /// The chaining values of all groups of 2^`groupLog` chunks in `bytes`, as an array.
    ///
    /// See ``appendGroupChainingValues(of:at:groupLog:following:to:)``.
    public static func groupChainingValues(
        of bytes: RawSpan,
        at start: ChunkIndex,
        groupLog: Int,
        following: Int = 0
    ) -> [ChainingValue] {
        var values: [ChainingValue] = []
        values.reserveCapacity(bytes.byteCount >> groupLog / chunkByteCount + 1)
        appendGroupChainingValues(
            of: bytes,
            at: start,
            groupLog: groupLog,
            following: following,
            to: &values
        )
        return values
    }

    private static func checkedIndex(of start: ChunkIndex, groupLog: Int) -> UInt64 {
        precondition((0...52).contains(groupLog), "a group has 2^0 to 2^52 chunks")
        precondition(
            start.rawValue.trailingZeroBitCount >= groupLog,
            "no group begins at this chunk"
        )
        return start.rawValue
    }
}
