// SPDX-License-Identifier: Apache-2.0

import Chunking

/// What is measured.
@inline(never)
func countChunks(_ bytes: RawSpan, _ parameters: ChunkingParameters) -> Int {
    var cutter = FastCDC(parameters)
    var rest = bytes
    var count = 0
    while let length = cutter.nextCut(in: rest) {
        rest = rest.extracting(droppingFirst: length)
        count += 1
    }
    return rest.isEmpty ? count : count + 1
}

/// The least that can be done with every byte: the sum of all words, four vectors at a time.
@inline(never)
func sum(_ bytes: RawSpan) -> UInt64 {
    typealias Words = SIMD8<UInt64>
    let size = MemoryLayout<Words>.size
    var sum = Words()
    for offset in stride(from: 0, through: bytes.byteCount - size, by: size) {
        sum &+= bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Words.self)
    }
    return sum.wrappedSum()
}

/// Keeps the compiler from dropping the work that `value` comes from.
@inline(never)
@_optimize(none)
func keep(_ value: UInt64) {}

/// Bytes of xorshift64 (Marsaglia, 2003), always the same.
func randomBytes(_ count: Int) -> [UInt8] {
    var word: UInt64 = 0x0139_408D_CBBF_7A44
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        for offset in stride(from: 0, to: count, by: 8) {
            word ^= word << 13
            word ^= word >> 7
            word ^= word << 17
            UnsafeMutableRawBufferPointer(buffer).storeBytes(
                of: word,
                toByteOffset: offset,
                as: UInt64.self
            )
        }
        initializedCount = count
    }
}
