// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Decoder")
struct DecoderTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: BaoForm.several, Feeding.allCases)
    func `yields what the reference sends`(form: BaoForm, feeding: Feeding) {
        ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            let encoding = reference.encoding(form, ranges, groupLog: log)
            let decoder = BaoDecoder(
                reference.blake3,
                ranges: ChunkRanges(ranges),
                groupSize: .log(log),
                form: form
            )
            // What follows an encoding is left alone.
            let input = encoding + [7, 8, 9]
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(input, feeding, seed: Self.seed)
            #expect(decoding.error == nil, comment)
            #expect(decoding.lies == [], comment)
            #expect(decoding.taken == encoding.count, comment)
            #expect(decoding.content == reference.content(form, ranges, groupLog: log), comment)
            #expect(decoding.decoder.next == nil, comment)
            #expect(decoding.decoder.claimedSize == UInt64(reference.bytes.count), comment)
        }
    }

    @Test(arguments: BaoForm.several, [Feeding.items, .rest])
    func `tells all parents of an outboard`(form: BaoForm, feeding: Feeding) throws {
        for byteCount in ReferenceBao.edgeLengths {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            for log in [0, 1, 4] {
                let encoding = reference.encoding(form, [0..<UInt64.max], groupLog: log)
                let decoder = BaoDecoder(reference.blake3, groupSize: .log(log), form: form)
                var decoding = Decoding(decoder, of: reference.bytes)
                decoding.run(encoding, feeding)
                #expect(decoding.error == nil)
                let tree = reference.tree(groupLog: log)
                let outboard = Self.outboard(decoding.parents, tree)
                let expected = reference.preOrderOutboard(groupLog: log)
                #expect(outboard == expected, "\(byteCount) bytes, groups \(log)")
            }
        }
    }

    @Test(arguments: [BaoForm.parents, .siblings])
    func `tells the parents on the way, each once`(form: BaoForm) {
        ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            let decoder = BaoDecoder(
                reference.blake3,
                ranges: ChunkRanges(ranges),
                groupSize: .log(log),
                form: form
            )
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(reference.encoding(form, ranges, groupLog: log), .rest)
            let expected: [[UInt8]] = reference.items(for: ranges, groupLog: log).compactMap {
                guard case .parent(let node) = $0 else { return nil }
                return node.pair
            }
            let parents = decoding.parents.sorted { $0.node < $1.node }
            #expect(parents.map { $0.withBytes { [UInt8](copying: $0) } } == expected, comment)
        }
    }

    @Test func `an empty set needs no more than the size`() {
        for form in BaoForm.several {
            let reference = ReferenceBao(Inputs.counting(5000))
            let decoder = BaoDecoder(reference.blake3, ranges: ChunkRanges(), form: form)
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(reference.header)
            #expect(decoding.taken == 8)
            #expect(decoding.error == nil)
            #expect(decoding.content == [])
            #expect(decoding.decoder.provenSize == nil)
        }
    }

    @Test(arguments: BaoForm.several)
    func `the size is not proven without the last chunk`(form: BaoForm) {
        let reference = ReferenceBao(Inputs.counting(9 * 1024 + 1))
        let cases: [(ranges: [Range<UInt64>], isProven: Bool)] = [
            ([0..<9], false), ([0..<10], true), ([2..<3, 50..<51], true),
        ]
        for (ranges, isProven) in cases {
            let decoder = BaoDecoder(
                reference.blake3,
                ranges: ChunkRanges(ranges),
                groupSize: .chunk,
                form: form
            )
            for feeding in Feeding.allCases {
                var decoding = Decoding(decoder, of: reference.bytes)
                decoding.run(reference.encoding(form, ranges, groupLog: 0), feeding)
                #expect(decoding.error == nil)
                #expect(decoding.lies == [])
                #expect(decoding.decoder.provenSize == (isProven ? 9217 : nil))
            }
        }
    }

    @Test(arguments: BaoForm.several)
    func `empty content has to be checked too`(form: BaoForm) throws {
        let empty = ReferenceBao([])
        var decoder = BaoDecoder(empty.blake3, form: form)
        let header = empty.header
        #expect(try decoder.accept(header) == 8)
        #expect(decoder.next == .data(0..<0))
        #expect(decoder.provenSize == nil)
        #expect(try decoder.accept([]) == 0)
        #expect(decoder.provenSize == 0)
        #expect(decoder.next == nil)
        #expect(try decoder.accept([]) == nil)
        let other = ReferenceBao([1])
        for feeding in Feeding.allCases {
            var decoding = Decoding(BaoDecoder(other.blake3, form: form), of: other.bytes)
            decoding.run(empty.header, feeding)
            #expect(decoding.error == .mismatch(.data(0..<0)))
            #expect(decoding.lies == [])
            #expect(decoding.decoder.provenSize == nil)
        }
    }

    /// What is written of parents at the places that the tree gives them.
    private static func outboard(_ parents: [VerifiedParent], _ tree: HashTree) -> [UInt8] {
        var outboard = [UInt8](repeating: 0, count: Int(tree.outboardByteCount))
        for parent in parents where parent.node.count > tree.groupSize.chunkCount {
            let offset = 64 * Int(tree.preOrderIndex(of: parent.node))
            let pair = parent.withBytes { [UInt8](copying: $0) }
            outboard.replaceSubrange(offset..<offset + 64, with: pair)
        }
        return outboard
    }
}
