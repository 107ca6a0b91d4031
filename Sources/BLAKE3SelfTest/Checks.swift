// SPDX-License-Identifier: Apache-2.0

@_spi(Kernels) import BLAKE3

/// Byte `i` is `i` mod 251, as in the official test vectors.
private let input: [UInt8] = (0..<(64 << 20) + 1).map { UInt8(truncatingIfNeeded: $0 % 251) }

/// Digests of the first bytes of `input`, by the official implementation.
private let known: [(byteCount: Int, digest: String)] = [
    (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
    (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
    (16384, "f875d6646de28985646f34ee13be9a576fd515f76b5b0a26bb324735041ddde4"),
    (262144, "d57dc906e20d3fd326ffaa85535500486f46a0979f5a323f028dcabfd381fd4a"),
    (262145, "531c319935cf78f34869faebd865e5748266b1799039103bfb851a680d9ed30c"),
    (3_000_000, "4713babaefbc2271db70eee8ec588829c0e5aa250951e9a401d11db249256fa8"),
    (16_777_215, "397e524ebb0625e4322c06508780ab35db716b71641148327b61dc57396e035c"),
    (67_108_865, "ed4f5fcc83fc798351a03a167fdb9e076e5bb7f2134fdd3ebe6a435bc63ae89f"),
]

/// Checks one kernel against known digests and, at many more lengths, against the portable one.
func check(_ kernel: BLAKE3Kernel) -> Tally {
    var tally = Tally()
    for (byteCount, digest) in known {
        for threads in [1, 2, 5] {
            let isRight = hash(byteCount, threads, kernel).description == digest
            tally.expect(isRight, "\(kernel), \(byteCount) bytes, \(threads) threads")
        }
        for pieceByteCount in [1000, 16 << 10, 100_000, 1 << 20] {
            let isRight = hash(byteCount, inPiecesOf: pieceByteCount, kernel).description == digest
            tally.expect(isRight, "\(kernel), \(byteCount) bytes in pieces of \(pieceByteCount)")
        }
    }
    for (byteCount, digest) in zip(lengths, portableDigests) {
        let isRight = hash(byteCount, 1, kernel) == digest
        tally.expect(isRight, "\(kernel), \(byteCount) bytes")
    }
    return tally
}

/// All numbers of chunks up to more than two batches, and a rest that ends around blocks.
private let lengths = (0...600).flatMap { chunkCount in
    [0, 1, 63, 64, 65, 1023].map { 1024 * chunkCount + $0 }
}

private let portableDigests = lengths.map { hash($0, 1, .portable) }

private func hash(_ byteCount: Int, _ threads: Int, _ kernel: BLAKE3Kernel) -> BLAKE3Digest {
    let bytes = unsafe input.span.bytes.extracting(first: byteCount)
    return BLAKE3Digest(hashing: bytes, threads: threads, kernel: kernel)
}

private func hash(
    _ byteCount: Int,
    inPiecesOf pieceByteCount: Int,
    _ kernel: BLAKE3Kernel
) -> BLAKE3Digest {
    var hasher = BLAKE3Hasher().using(kernel)
    var rest = unsafe input.span.bytes.extracting(first: byteCount)
    while !rest.isEmpty {
        let count = min(pieceByteCount, rest.byteCount)
        hasher.update(rest.extracting(first: count))
        rest = rest.extracting(droppingFirst: count)
    }
    return hasher.finalize()
}
