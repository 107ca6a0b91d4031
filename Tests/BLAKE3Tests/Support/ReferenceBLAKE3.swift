// SPDX-License-Identifier: Apache-2.0

/// BLAKE3 as the paper tells it: slow, recursive and short, to check the fast code against.
struct ReferenceBLAKE3 {
    private static let initializationVector: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
        0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    private static let permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
    private static let start: UInt32 = 1
    private static let end: UInt32 = 2
    private static let parent: UInt32 = 4
    private static let root: UInt32 = 8

    private var key = initializationVector
    private var flags: UInt32 = 0

    init() {}

    init(key: [UInt8]) {
        self.key = Self.words(key)
        flags = 16
    }

    init(derivingKeyIn context: String) {
        flags = 32
        key = Self.words(output(of: Array(context.utf8), byteCount: 32))
        flags = 64
    }

    /// The first bytes of the extended output for `input` (sections 2.1 to 2.6).
    func output(of input: [UInt8], byteCount: Int) -> [UInt8] {
        let last = node(over: input[...], chunk: 0)
        return (0..<(byteCount + 63) / 64)
            .flatMap { block in last.compress(counter: UInt64(block), adding: Self.root) }
            .prefix(byteCount)
            .map(\.self)
    }

    /// The chaining value of the subtree over `input` from a chunk on, other than the root.
    func chainingValue(of input: ArraySlice<UInt8>, chunk: UInt64) -> [UInt8] {
        Array(node(over: input, chunk: chunk).compress().prefix(32))
    }

    private func node(over input: ArraySlice<UInt8>, chunk: UInt64) -> Node {
        let chunkCount = max(1, (input.count + 1023) / 1024)
        if chunkCount == 1 { return lastBlock(of: input, chunk: chunk) }
        var leftCount = 1
        while leftCount * 2 < chunkCount { leftCount *= 2 }
        let left = chainingValue(of: input.prefix(1024 * leftCount), chunk: chunk)
        let right = chainingValue(
            of: input.dropFirst(1024 * leftCount),
            chunk: chunk + UInt64(leftCount)
        )
        return Node(value: key, block: left + right, counter: 0, flags: flags | Self.parent)
    }

    private func lastBlock(of chunk: ArraySlice<UInt8>, chunk index: UInt64) -> Node {
        var rest = chunk
        var node = Node(value: key, block: [], counter: index, flags: flags | Self.start)
        while rest.count > 64 {
            node.block = Array(rest.prefix(64))
            node.value = Self.words(Array(node.compress().prefix(32)))
            node.flags = flags
            rest = rest.dropFirst(64)
        }
        node.block = Array(rest)
        node.flags |= Self.end
        return node
    }

    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { index in
            bytes[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// One call of the compression function (section 2.2).
    private struct Node {
        var value: [UInt32]
        var block: [UInt8]
        var counter: UInt64
        var flags: UInt32

        func compress(counter other: UInt64? = nil, adding flag: UInt32 = 0) -> [UInt8] {
            let counter = other ?? counter
            var message = words(block + [UInt8](repeating: 0, count: 64 - block.count))
            var state = value + initializationVector.prefix(4)
            state += [UInt32(truncatingIfNeeded: counter), UInt32(counter >> 32)]
            state += [UInt32(block.count), flags | flag]
            for _ in 0..<7 {
                for column in 0..<4 {
                    mix(&state, message, column, turned: 0)
                }
                for column in 0..<4 {
                    mix(&state, message, column, turned: 1)
                }
                message = permutation.map { message[$0] }
            }
            for index in 0..<8 {
                state[index] ^= state[index + 8]
                state[index + 8] ^= value[index]
            }
            return state.flatMap { word in
                (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
            }
        }

        /// The quarter-round G on a column, or on the diagonal that begins in its first row.
        private func mix(
            _ state: inout [UInt32],
            _ message: [UInt32],
            _ column: Int,
            turned: Int
        ) {
            let a = column
            let b = 4 + (column + turned) % 4
            let c = 8 + (column + 2 * turned) % 4
            let d = 12 + (column + 3 * turned) % 4
            for (half, rotations) in [(16, 12), (8, 7)].enumerated() {
                state[a] = state[a] &+ state[b] &+ message[8 * turned + 2 * column + half]
                state[d] = rotate(state[d] ^ state[a], by: rotations.0)
                state[c] = state[c] &+ state[d]
                state[b] = rotate(state[b] ^ state[c], by: rotations.1)
            }
        }

        private func rotate(_ word: UInt32, by count: Int) -> UInt32 {
            word >> count | word << (32 - count)
        }
    }
}
