// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Testing

@Suite("Tree")
struct TreeTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test func `the worked example holds`() {
        let input = Inputs.counting(5000)
        let bytes = unsafe input.span.bytes
        let left = BLAKE3Tree.chainingValue(of: bytes.extracting(first: 4096), at: 0)
        let right = BLAKE3Tree.chainingValue(of: bytes.extracting(droppingFirst: 4096), at: 4)
        #expect(BLAKE3Tree.root(of: left, right) == BLAKE3Digest(hashing: bytes))
    }

    @Test func `subtrees put together give the digest`() {
        var random = SeededRandom(seed: Self.seed)
        for _ in 0..<20 {
            let length = 1025 + Inputs.edgeLength(upTo: 100 * 1024, using: &random)
            let input = random.bytes(length)
            let middle = Self.leftByteCount(length)
            let root = BLAKE3Tree.root(
                of: Self.assemble(input[..<middle], at: 0, using: &random),
                Self.assemble(input[middle...], at: middle / 1024, using: &random)
            )
            #expect(root == BLAKE3Digest(input), "\(length) bytes, seed \(Self.seed)")
        }
    }

    @Test(arguments: [0, 1 << 20, (1 << 32) - 64, 1 << 32, (1 << 54) - 64] as [UInt64])
    func `a subtree anywhere agrees with the reference`(chunk: UInt64) {
        let start = BLAKE3Tree.ChunkIndex(rawValue: chunk)
        for byteCount in [1, 1024, 1025, 5000, 17 * 1024, 64 * 1024] {
            let input = Inputs.counting(byteCount)
            let value = BLAKE3Tree.chainingValue(of: unsafe input.span.bytes, at: start)
            let expected = ReferenceBLAKE3().chainingValue(of: input[...], chunk: chunk)
            #expect(Self.bytes(of: value) == expected, "\(byteCount) bytes")
        }
    }

    /// Start, number of bytes and chaining value, by the official implementation.
    private static let official: [(UInt64, Int, String)] = [
        (0, 1, "0df1a7881d71d287d0afc2fcd7d23d28f12e401ab858ca267f11c5f1710df315"),
        (1, 1024, "2726742c4fe49c461d4b570f9643cc7ac6c52251d457c9b3303c10cd9c6d258b"),
        (3, 1024, "d7af1c1d1f3211ff956051dbf547a9be037d803b7463b8f2f1de20a1128b8ca9"),
        (0, 16384, "5384f9b342c6cb86badedcbe662b0e980476a8db17db3cc1f13b19329749ab1f"),
        (32, 16384, "cee8d9d374ff0bfb22083691a1057670d08707563654b3660ad8ca06c0d0509d"),
        (64, 1, "6685afbac8b2274a2c5e2cd5e911918d0c8c6fbcf6495bfb6d1cac723e6fcda4"),
        (4_294_967_296, 1024, "914cde8216c9ee1db824ab6305d66ae92c1ceadf92189229a0f815a6190ee791"),
        (
            1_099_511_627_776, 16384,
            "c88e3f1700cd0a349c2af9aa196bcda95f2449fcee22a72888a6b7fc25950cbd"
        ),
    ]

    @Test(arguments: official)
    func `chaining values are the official ones`(start: UInt64, byteCount: Int, hex: String) {
        let input = Inputs.counting(byteCount)
        let value = BLAKE3Tree.chainingValue(
            of: unsafe input.span.bytes,
            at: BLAKE3Tree.ChunkIndex(rawValue: start)
        )
        #expect(Self.bytes(of: value).hex == hex)
    }

    @Test func `threads give the same chaining value`() {
        let input = Inputs.counting(1 << 20)
        let bytes = unsafe input.span.bytes
        let alone = BLAKE3Tree.chainingValue(of: bytes, at: 1024)
        #expect(BLAKE3Tree.chainingValue(of: bytes, at: 1024, threads: 3) == alone)
    }

    @Test(arguments: [0, 1, 4, 8, 9, 12])
    func `groups are subtrees`(groupLog: Int) {
        let groupByteCount = 1024 << groupLog
        for byteCount in [0, 1, 1024, 5000, 300 * 1024, 600 * 1024 + 1] {
            let input = Inputs.counting(byteCount)
            let start = BLAKE3Tree.ChunkIndex(rawValue: 1 << 12)
            let groups = BLAKE3Tree.groupChainingValues(
                of: unsafe input.span.bytes,
                at: start,
                groupLog: groupLog
            )
            let expected = stride(from: 0, to: byteCount, by: groupByteCount).map { offset in
                let group = input[offset...].prefix(groupByteCount)
                let chunk = BLAKE3Tree.ChunkIndex(
                    rawValue: start.rawValue + UInt64(offset / 1024)
                )
                return BLAKE3Tree.chainingValue(of: unsafe group.span.bytes, at: chunk)
            }
            #expect(groups == expected, "\(byteCount) bytes")
        }
    }

    @Test func `groups are appended to an output span`() {
        let input = Inputs.counting(100 * 1024 + 5)
        let groups = BLAKE3Tree.groupChainingValues(
            of: unsafe input.span.bytes,
            at: 16,
            groupLog: 4
        )
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 300, alignment: 1)
        defer { unsafe memory.deallocate() }
        var output = unsafe OutputRawSpan(buffer: memory, initializedCount: 0)
        output.append(UInt8(9))
        BLAKE3Tree.appendGroupChainingValues(
            of: unsafe input.span.bytes,
            at: 16,
            groupLog: 4,
            to: &output
        )
        let count = unsafe output.finalize(for: memory)
        #expect(count == 1 + 32 * groups.count)
        #expect(unsafe Array(memory[..<count]) == [9] + groups.flatMap(Self.bytes))
    }

    @Test func `positions that no subtree has are refused`() async {
        await #expect(processExitsWith: .failure) {
            let twoChunks = [UInt8](repeating: 0, count: 1025)
            _ = BLAKE3Tree.chainingValue(of: unsafe twoChunks.span.bytes, at: 1)
        }
        await #expect(processExitsWith: .failure) {
            _ = BLAKE3Tree.chainingValue(of: RawSpan(), at: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = BLAKE3Tree.groupChainingValues(of: RawSpan(), at: 8, groupLog: 4)
        }
        await #expect(processExitsWith: .failure) {
            _ = BLAKE3Tree.ChunkIndex(rawValue: 1 << 54)
        }
    }

    /// The value of a node, made from its children or at once, as chance has it.
    private static func assemble(
        _ input: ArraySlice<UInt8>,
        at chunk: Int,
        using random: inout SeededRandom
    ) -> BLAKE3Tree.ChainingValue {
        if input.count <= 1024 || Int.random(in: 0..<4, using: &random) == 0 {
            let start = BLAKE3Tree.ChunkIndex(rawValue: UInt64(chunk))
            return BLAKE3Tree.chainingValue(of: unsafe input.span.bytes, at: start)
        }
        let middle = leftByteCount(input.count)
        return BLAKE3Tree.parent(
            of: assemble(input.prefix(middle), at: chunk, using: &random),
            assemble(input.dropFirst(middle), at: chunk + middle / 1024, using: &random)
        )
    }

    /// The largest power of two of chunks that leaves something for the right child.
    private static func leftByteCount(_ byteCount: Int) -> Int {
        var left = 1024
        while left * 2 < byteCount { left *= 2 }
        return left
    }

    private static func bytes(of value: BLAKE3Tree.ChainingValue) -> [UInt8] {
        value.withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
    }
}
