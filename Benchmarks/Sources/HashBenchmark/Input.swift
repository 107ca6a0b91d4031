// SPDX-License-Identifier: Apache-2.0

@_spi(Kernels) import BLAKE3

/// The bytes that both sides hash: byte `i` is `i` mod 251.
struct Input {
    let bytes: [UInt8]

    init(_ byteCount: Int) {
        bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            for index in 0..<byteCount { buffer[index] = UInt8(truncatingIfNeeded: index % 251) }
            count = byteCount
        }
    }

    /// Hashes `count` times and returns the last digest.
    func hash(times count: Int, threads: Int = 1) -> BLAKE3Digest {
        var digest = BLAKE3Digest.empty
        for _ in 0..<count { digest = hash(threads: threads) }
        return digest
    }

    /// Hashes once; never inlined, so that no call is hoisted out of the loop that repeats it.
    @inline(never)
    private func hash(threads: Int) -> BLAKE3Digest {
        BLAKE3Digest(hashing: bytes.span.bytes, threads: threads)
    }

    @inline(never)
    func hash(on kernel: BLAKE3Kernel) -> BLAKE3Digest {
        BLAKE3Digest(hashing: bytes.span.bytes, threads: 1, kernel: kernel)
    }

    @inline(never)
    func hash(inPiecesOf pieceByteCount: Int) -> BLAKE3Digest {
        var hasher = BLAKE3Hasher()
        var rest = bytes.span.bytes
        while !rest.isEmpty {
            let count = min(rest.byteCount, pieceByteCount)
            hasher.update(rest.extracting(first: count))
            rest = rest.extracting(droppingFirst: count)
        }
        return hasher.finalize()
    }
}
