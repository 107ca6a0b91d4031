// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Runs something once to warm up, then as often as wanted, and prints the median.
func measure(_ runs: Int, _ body: () async throws -> Void) async throws {
    try await body()
    var times: [Duration] = []
    for _ in 0..<max(runs, 1) {
        let start = ContinuousClock.now
        try await body()
        times.append(start.duration(to: .now))
    }
    let seconds = times.sorted()[times.count / 2] / .seconds(1)
    print("seconds \(seconds)")
}

/// Bytes that do not compress, the same for the same seed.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) {
        state = 88_172_645_463_325_252 &+ seed &* 0x9E37_79B9_7F4A_7C15
        for _ in 0..<16 { _ = next() }
    }

    mutating func take(_ count: Int) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(count + 8)
        while bytes.readableBytes < count { bytes.writeInteger(next(), endianness: .little) }
        return bytes.getSlice(at: 0, length: count) ?? bytes
    }

    private mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
