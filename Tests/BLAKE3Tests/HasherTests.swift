// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Testing

@Suite("Incremental hashing")
struct HasherTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: [1, 2])
    func `pieces of any size give the digest of the whole`(threads: Int) {
        var random = SeededRandom(seed: Self.seed)
        for _ in 0..<20 {
            let input = random.bytes(Inputs.edgeLength(upTo: 200 * 1024, using: &random))
            let longest = [100, 1024, 16384, 100_000].randomElement(using: &random) ?? 1
            var hasher = BLAKE3Hasher()
            var rest = input[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(longest, rest.count), using: &random)
                hasher.update(rest.prefix(count), threads: threads)
                rest = rest.dropFirst(count)
            }
            #expect(
                hasher.finalize() == BLAKE3Digest(input),
                "\(input.count) bytes, pieces up to \(longest), seed \(Self.seed)"
            )
            #expect(hasher.byteCount == UInt64(input.count))
        }
    }

    @Test(arguments: [0, 1, 1024, 1025, 16384, 16385, 32768, 40000, 65536])
    func `finalizing changes nothing`(byteCount: Int) {
        let input = Inputs.counting(2 * byteCount)
        var hasher = BLAKE3Hasher()
        hasher.update(input.prefix(byteCount))
        let first = hasher.finalize()
        #expect(first == hasher.finalize())
        #expect(first == BLAKE3Digest(Array(input.prefix(byteCount))))
        hasher.update(input.dropFirst(byteCount))
        #expect(hasher.finalize() == BLAKE3Digest(input))
    }

    @Test func `a copy goes on by itself`() {
        let input = Inputs.counting(70_000)
        var original = BLAKE3Hasher()
        original.update(input.prefix(50_000))
        var copy = original
        copy.update([1, 2, 3])
        original.update(input.dropFirst(50_000))
        #expect(original.finalize() == BLAKE3Digest(input))
        #expect(copy.finalize() == BLAKE3Digest(Array(input.prefix(50_000)) + [1, 2, 3]))
    }

    @Test(arguments: [0, 1, 1024, 524_288, 524_289, 1_000_000], [1, 2, 3, 64])
    func `any number of threads gives the same digest`(byteCount: Int, threads: Int) {
        let input = Inputs.counting(byteCount)
        let digest = BLAKE3Digest(hashing: unsafe input.span.bytes, threads: threads)
        #expect(digest == BLAKE3Digest(input))
    }

    @Test func `the three modes differ`() throws {
        let key = try #require(BLAKE3Key(copying: unsafe Inputs.counting(32).span.bytes))
        let hashers = [BLAKE3Hasher(), BLAKE3Hasher(key: key), BLAKE3Hasher(derivingKeyIn: "a")]
        #expect(Set(hashers.map { $0.finalize() }).count == 3)
    }

    @Test(arguments: [0, 31, 33, 64])
    func `a key has 32 bytes`(byteCount: Int) {
        #expect(BLAKE3Key(copying: unsafe Inputs.counting(byteCount).span.bytes) == nil)
    }
}
