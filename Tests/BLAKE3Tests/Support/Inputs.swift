// SPDX-License-Identifier: Apache-2.0

import BLAKE3

enum Inputs {
    /// Bytes that count up to 250 and begin again: 251 is prime, so blocks that trade places show.
    static func counting(_ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8($0 % 251) }
    }

    /// A length where something ends, a block, a chunk or a vector of chunks, or close to it.
    static func edgeLength(upTo limit: Int, using random: inout SeededRandom) -> Int {
        let unit = [64, 1024, 2048, 4096, 8192, 16384].randomElement(using: &random) ?? 64
        let edge = unit * Int.random(in: 0...limit / unit, using: &random)
        return min(limit, max(0, edge + Int.random(in: -2...2, using: &random)))
    }
}

/// Random numbers (splitmix64) that come again with the same seed, which a failing test prints.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

extension [UInt8] {
    var hex: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension BLAKE3Digest {
    /// Hashes an array, which tests have more often than a span.
    init(_ bytes: [UInt8]) {
        self.init(hashing: unsafe bytes.span.bytes)
    }
}

extension BLAKE3Hasher {
    mutating func update(_ bytes: some Sequence<UInt8>, threads: Int = 1) {
        update(unsafe Array(bytes).span.bytes, threads: threads)
    }
}

extension BLAKE3OutputReader {
    mutating func read(_ byteCount: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var elements = bytes.mutableSpan
        var span = unsafe elements.mutableBytes
        read(into: &span)
        return bytes
    }
}
