// SPDX-License-Identifier: Apache-2.0

@_spi(Kernels) import BLAKE3
import Testing

@Suite("Kernels")
struct KernelTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test func `the best kernel is one that runs`() {
        #expect(BLAKE3Kernel.supported.contains(.portable))
        #expect(BLAKE3Kernel.best == BLAKE3Kernel.supported.last)
    }

    @Test(arguments: BLAKE3Kernel.supported)
    func `every kernel agrees with the reference at the edges`(kernel: BLAKE3Kernel) throws {
        var random = SeededRandom(seed: Self.seed)
        let keyBytes = random.bytes(32)
        let key = try #require(BLAKE3Key(copying: unsafe keyBytes.span.bytes))
        for _ in 0..<12 {
            let input = random.bytes(Inputs.edgeLength(upTo: 40 * 1024, using: &random))
            let note: Comment = "\(input.count) bytes, seed \(Self.seed)"
            let digest = BLAKE3Digest(
                hashing: unsafe input.span.bytes,
                threads: 1,
                kernel: kernel
            )
            let expected = ReferenceBLAKE3().output(of: input, byteCount: 32).hex
            #expect(digest.description == expected, note)
            var hasher = BLAKE3Hasher(key: key).using(kernel)
            hasher.update(input)
            let keyed = ReferenceBLAKE3(key: keyBytes).output(of: input, byteCount: 32).hex
            #expect(hasher.finalize().description == keyed, note)
        }
    }

    @Test(arguments: BLAKE3Kernel.supported)
    func `every kernel agrees with the portable one`(kernel: BLAKE3Kernel) {
        var random = SeededRandom(seed: Self.seed)
        let bytes = random.bytes(300 * 1024)
        for chunkCount in Array(0...40) + [63, 64, 65, 255, 256, 257, 300] {
            for extra in [0, 1, 1000] where chunkCount < 300 {
                let input = bytes.prefix(1024 * chunkCount + extra)
                let digest = Self.hash(input, kernel)
                let expected = Self.hash(input, .portable)
                #expect(digest == expected, "\(input.count) bytes, seed \(Self.seed)")
            }
        }
    }

    private static func hash(_ bytes: ArraySlice<UInt8>, _ kernel: BLAKE3Kernel) -> BLAKE3Digest {
        BLAKE3Digest(hashing: unsafe bytes.span.bytes, threads: 1, kernel: kernel)
    }
}
