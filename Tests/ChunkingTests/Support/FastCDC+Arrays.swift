// SPDX-License-Identifier: Apache-2.0

import Chunking

extension FastCDC {
    /// Where the chunks of `input` end if it comes in pieces of these sizes, and then the rest.
    static func ends(
        _ input: [UInt8],
        _ parameters: ChunkingParameters,
        pieces: some Sequence<Int> = []
    ) -> [Int] {
        var cutter = FastCDC(parameters)
        var ends: [Int] = []
        var start = 0
        var known = 0
        var pieces = pieces.makeIterator()
        repeat {
            known = min(known + (pieces.next() ?? input.count), input.count)
            let bytes = unsafe input.span.bytes
            while let length = cutter.nextCut(in: bytes.extracting(start..<known)) {
                start += length
                ends.append(start)
            }
        } while known < input.count
        return start < input.count ? ends + [input.count] : ends
    }
}
