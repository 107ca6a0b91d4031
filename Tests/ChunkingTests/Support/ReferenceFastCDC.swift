// SPDX-License-Identifier: Apache-2.0

@testable import Chunking

/// Cuts an input that is all there, byte by byte, as the definition reads: a slow twin of `FastCDC`.
struct ReferenceFastCDC {
    let parameters: ChunkingParameters

    /// Where the chunks of `input` end.
    func ends(_ input: [UInt8]) -> [Int] {
        var ends: [Int] = []
        var start = 0
        while start < input.count {
            start += chunkLength(input[start...])
            ends.append(start)
        }
        return ends
    }

    private func chunkLength(_ input: ArraySlice<UInt8>) -> Int {
        guard input.count > parameters.minimum else { return input.count }
        var count = input.count
        var center = parameters.average
        if count > parameters.maximum {
            count = parameters.maximum
        } else if count < center {
            center = count
        }
        var hash: UInt64 = 0
        for index in parameters.minimum / 2 * 2..<count / 2 * 2 {
            let byte = input[input.startIndex + index]
            hash = hash &* 2 &+ (gearTable[Int(byte)] ^ parameters.seed)
            let isBeforeCenter = index < center / 2 * 2
            let mask = isBeforeCenter ? parameters.strictMask : parameters.looseMask
            if hash & mask == 0 { return index }
        }
        return count
    }
}
