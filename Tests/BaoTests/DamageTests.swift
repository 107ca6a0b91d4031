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
        var end = start
        end.run(encoding)
        let truth = Set(end.parents)
        var good = start
        while let item = good.decoder.next {
            let trial = Trial(start: start, good: good, item: item, truth: truth, encoding)
            let bits = 8 * good.taken..<8 * (good.taken + item.byteCount)
            let step = item.isData ? contentStep : 1
            let steps = stride(from: bits.lowerBound, to: bits.upperBound, by: step)
            let unnoticed = steps.filter { bit in
                !trial.isNoticed(encoding.flipping(bit: bit), bit)
            }
            #expect(unnoticed == [], "bits in \(item) of \(ranges), groups \(groupLog)")
            guard (try? good.acceptItem(encoding)) == true else { break }
        }
        #expect(good.decoder.next == nil)
        #expect(good.taken == encoding.count)
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

    /// Several of the largest subtrees that are checked at once, and of the longest lists of groups.
    @Test(arguments: [BaoForm.parents, .siblings, .list, .lists(runLog: 5)], [0, 4])
    func `damage of much at once is found where it is`(form: BaoForm, log: Int) {
        var random = RandomNumbers(seed: Self.seed)
        let reference = ReferenceBao(Inputs.counting(600_001))
        let encoding = reference.encoding(form, [0..<UInt64.max], groupLog: log)
        let decoder = BaoDecoder(reference.blake3, groupSize: .log(log), form: form)
        for _ in 0..<4 {
            let bit = Int.random(in: 64..<8 * encoding.count, using: &random)
            let input = encoding.flipping(bit: bit)
            var careful = Decoding(decoder, of: reference.bytes)
            careful.run(input)
            #expect(isMismatch(careful.error))
            for feeding in [Feeding.whole, .rest, .pieces] {
                var decoding = Decoding(decoder, of: reference.bytes)
                decoding.run(input, feeding, seed: Self.seed)
                let comment: Comment = "bit \(bit), \(feeding), seed \(Self.seed)"
                #expect(decoding.error == careful.error, comment)
                #expect(decoding.content == careful.content, comment)
                #expect(decoding.lies == [], comment)
            }
        }
    }
}

/// A decoder before the item in which one bit after the other is wrong.
private struct Trial {
    let start: Decoding
    let good: Decoding
    let item: BaoItem
    /// All parents of the right encoding.
    let truth: Set<VerifiedParent>
    /// What an error names.
    private let culprit: BaoItem

    init(
        start: Decoding,
        good: Decoding,
        item: BaoItem,
        truth: Set<VerifiedParent>,
        _ encoding: [UInt8]
    ) {
        (self.start, self.good, self.item, self.truth) = (start, good, item, truth)
        var ahead = good
        // One hash of two is found wrong with the content that comes next.
        while case .sibling = ahead.decoder.next, (try? ahead.acceptItem(encoding)) == true {}
        culprit = ahead.decoder.next ?? item
    }

    /// Whether no harm comes from a wrong bit in the item.
    func isNoticed(_ input: [UInt8], _ bit: Int) -> Bool {
        var decoding = good
        decoding.run(input)
        guard decoding.lies.isEmpty else { return false }
        if item == .header {
            guard decoding.decoder.provenSize == nil else { return false }
        } else {
            guard names(decoding.error), truth.isSuperset(of: decoding.parents) else {
                return false
            }
        }
        // All at once is quicker, and must come to the same.
        guard bit.isMultiple(of: 61) || item == .header else { return true }
        var whole = start
        whole.run(input, .whole)
        return whole.lies.isEmpty && whole.error == decoding.error
            && whole.content == decoding.content
    }

    private func names(_ error: BaoError?) -> Bool {
        guard case .mismatch(let found) = error else { return false }
        // A list is wrong as a whole, however much of it is still to come.
        if case .list(let node, let log, _) = found, case .list(node, log, _) = culprit {
            return true
        }
        return found == culprit
    }
}
