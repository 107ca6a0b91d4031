// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Decoder and input that ends early")
struct TruncationTests {
    @Test(arguments: BaoForm.several, [0, 1, 1025, 3000, 7000])
    func `the end is missed wherever it is cut`(form: BaoForm, byteCount: Int) {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        for ranges: [Range<UInt64>] in [[0..<UInt64.max], [1..<2, 4..<5]] {
            checkCuts(reference, form, ranges, groupLog: 0)
            checkCuts(reference, form, ranges, groupLog: 1)
        }
    }

    /// Ends the input after each number of bytes in turn.
    private func checkCuts(
        _ reference: ReferenceBao,
        _ form: BaoForm,
        _ ranges: [Range<UInt64>],
        groupLog: Int
    ) {
        let encoding = reference.encoding(form, ranges, groupLog: groupLog)
        let decoder = BaoDecoder(
            reference.blake3,
            ranges: ChunkRanges(ranges),
            groupSize: .log(groupLog),
            form: form
        )
        var good = Decoding(decoder, of: reference.bytes)
        while let item = good.decoder.next {
            for count in good.taken..<good.taken + item.byteCount {
                // Within content the first and the last byte are enough.
                let place = count - good.taken
                if place > 70, place < item.byteCount - 1 { continue }
                var decoding = good
                decoding.run(Array(encoding[..<count]))
                #expect(decoding.error == .endedEarly(item))
                #expect(decoding.decoder.next == item)
                #expect(decoding.lies == [])
                for feeding in [Feeding.whole, .rest] where place < 2 {
                    var decoding = Decoding(decoder, of: reference.bytes)
                    decoding.run(Array(encoding[..<count]), feeding)
                    #expect(decoding.error == .endedEarly(item))
                    #expect(decoding.content == good.content)
                    #expect(decoding.lies == [])
                }
            }
            guard (try? good.acceptItem(encoding)) == true else { break }
        }
        #expect(good.decoder.next == nil)
        #expect(good.taken == encoding.count)
    }
}
