// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Decoder and hostile input")
struct DamageTests {
    private static let seed = UInt64.random(in: .min ... .max)

    /// Small enough to change each bit.
    @Test(arguments: BaoForm.several, [0, 1, 1025, 2050])
    func `every single bit matters`(form: BaoForm, byteCount: Int) {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        checkBits(reference, form, [0..<UInt64.max], groupLog: 0, contentStep: 1)
        checkBits(reference, form, [0..<UInt64.max], groupLog: 1, contentStep: 13)
    }

    @Test(arguments: BaoForm.several, [(3 * 1024, 0), (7 * 1024 + 1, 0), (16_385, 4), (40_000, 4)])
    func `every bit of a hash matters`(form: BaoForm, of size: (byteCount: Int, log: Int)) {
        let reference = ReferenceBao(Inputs.counting(size.byteCount))
        for ranges: [Range<UInt64>] in [[0..<UInt64.max], [1..<2, 3..<19], [2..<3, 60..<61]] {
            checkBits(reference, form, ranges, groupLog: size.log, contentStep: 4099)
        }
    }

    /// Changes one bit after the other in what comes next, from the first item to the last.
    private func checkBits(
        _ reference: ReferenceBao,
        _ form: BaoForm,
        _ ranges: [Range<UInt64>],
        groupLog: Int,
        contentStep: Int
    ) {
        let encoding = reference.encoding(form, ranges, groupLog: groupLog)
        let decoder = BaoDecoder(
            reference.blake3,
            ranges: ChunkRanges(ranges),
            groupSize: .log(groupLog),
            form: form
        )
        let start = Decoding(decoder, of: reference.bytes)
        var good = start
        while let item = good.decoder.next {
            let bits = 8 * good.taken..<8 * (good.taken + item.byteCount)
            let step = item.isData ? contentStep : 1
            let steps = stride(from: bits.lowerBound, to: bits.upperBound, by: step)
            let unnoticed = steps.filter { bit in
                !isNoticed(encoding.flipping(bit: bit), bit, in: item, good, start)
            }
            #expect(unnoticed == [], "bits in \(item) of \(ranges), groups \(groupLog)")
            guard (try? good.acceptItem(encoding)) == true else { break }
        }
        #expect(good.decoder.next == nil)
        #expect(good.taken == encoding.count)
    }

    /// Whether no harm comes from a wrong bit in the next item.
    private func isNoticed(
        _ input: [UInt8],
        _ bit: Int,
        in item: BaoItem,
        _ good: Decoding,
        _ start: Decoding
    ) -> Bool {
        var decoding = good
        decoding.run(input)
        guard decoding.lies.isEmpty, decoding.decoder.provenSize == nil || item != .header,
            isMismatch(decoding.error) || item == .header
        else { return false }
        // All at once is quicker, and must come to the same.
        guard bit.isMultiple(of: 61) || item == .header else { return true }
        var whole = start
        whole.run(input, .whole)
        return whole.lies.isEmpty && whole.error == decoding.error
            && whole.content == decoding.content
    }

    private func isMismatch(_ error: BaoError?) -> Bool {
        if case .mismatch = error { true } else { false }
    }

    @Test(arguments: BaoForm.several, Feeding.allCases)
    func `what precedes damage is released`(form: BaoForm, feeding: Feeding) {
        ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            var random = RandomNumbers(seed: Self.seed)
            var encoding = reference.encoding(form, ranges, groupLog: log)
            guard encoding.count > 8 else { return }
            encoding[Int.random(in: 8..<encoding.count, using: &random)] ^= 16
            let decoder = BaoDecoder(
                reference.blake3,
                ranges: ChunkRanges(ranges),
                groupSize: .log(log),
                form: form
            )
            var careful = Decoding(decoder, of: reference.bytes)
            careful.run(encoding)
            #expect(isMismatch(careful.error), comment)
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(encoding, feeding, seed: Self.seed)
            #expect(decoding.error == careful.error, comment)
            #expect(decoding.content == careful.content, comment)
            #expect(decoding.lies == [], comment)
        }
    }
}
