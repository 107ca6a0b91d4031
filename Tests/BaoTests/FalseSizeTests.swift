// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Decoder and false sizes")
struct FalseSizeTests {
    private static let huge: [UInt64] = [
        1 << 32, 1 << 54, 1 << 63, .max - 1024, .max - 1, .max,
    ]

    @Test(arguments: BaoForm.several, [0, 1, 1024, 1025, 3000, 5 * 1024, 8 * 1024])
    func `are never proven`(form: BaoForm, byteCount: Int) {
        let reference = ReferenceBao(Inputs.counting(byteCount))
        let sizes = Array(0...UInt64(byteCount + 70)).filter { $0 % 509 < 3 } + Self.huge
        for size in sizes + [UInt64(byteCount) + 1, UInt64(max(byteCount, 1)) - 1]
        where size != byteCount {
            for ranges: [Range<UInt64>] in [[0..<UInt64.max], [0..<3], [1..<2, 99..<100]] {
                check(reference, form, ranges, claim: size)
            }
        }
    }

    private func check(
        _ reference: ReferenceBao,
        _ form: BaoForm,
        _ ranges: [Range<UInt64>],
        claim: UInt64
    ) {
        let encoding = reference.encoding(form, ranges, groupLog: 0).dropFirst(8)
        let header = BaoHeader.withBytes(ofSize: claim) { [UInt8](copying: $0) }
        let decoder = BaoDecoder(
            reference.blake3,
            ranges: ChunkRanges(ranges),
            groupSize: .chunk,
            form: form
        )
        for feeding in Feeding.allCases {
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(header + encoding, feeding)
            #expect(decoding.lies == [], "\(claim) instead of \(reference.bytes.count)")
            #expect(decoding.decoder.provenSize == nil)
            #expect(decoding.error != nil || !ChunkRanges(ranges).contains(.max))
        }
    }

    /// Of a slice without the end the size is not proven, and its content is right all the same.
    @Test(arguments: [BaoForm.parents, .siblings])
    func `do not spoil what does not depend on them`(form: BaoForm) {
        let reference = ReferenceBao(Inputs.counting(7 * 1024))
        var encoding = reference.encoding(form, [0..<4], groupLog: 0)
        // Eight chunks have the same left half.
        encoding.replaceSubrange(..<8, with: [0, 32, 0, 0, 0, 0, 0, 0])
        for feeding in Feeding.allCases {
            let decoder = BaoDecoder(
                reference.blake3,
                ranges: ChunkRanges(0..<4),
                groupSize: .chunk,
                form: form
            )
            var decoding = Decoding(decoder, of: reference.bytes)
            decoding.run(encoding, feeding)
            #expect(decoding.error == nil)
            #expect(decoding.lies == [])
            #expect(decoding.content == [0..<4096])
            #expect(decoding.decoder.claimedSize == 8192)
            #expect(decoding.decoder.provenSize == nil)
        }
    }

    @Test(arguments: huge)
    func `ask for no long lists`(claim: UInt64) throws {
        let digest = ReferenceBao([]).blake3
        let groups = (claim - 1) >> 14 + 1
        let header = BaoHeader.withBytes(ofSize: claim) { [UInt8](copying: $0) }
        for (log, count) in [(54, groups), (10, (groups - 1) >> 10 + 1)] where count > 1 << 21 {
            let form = BaoForm.lists(runLog: log)
            let error = BaoError.listTooLong(byteCount: count * 32, limit: 64 << 20)
            #expect(throws: error) { try BaoDecoder(digest, claimedSize: claim, form: form) }
            for ranges in [ChunkRanges.all, .last, ChunkRanges(5..<6)] {
                var decoder = BaoDecoder(digest, ranges: ranges, form: form)
                #expect(throws: error) { try decoder.accept(header) }
                #expect(decoder.next == nil)
                #expect(decoder.endedEarly == error)
                #expect(throws: error) { try decoder.accept([]) }
            }
            _ = try BaoDecoder(digest, claimedSize: claim, ranges: ChunkRanges(), form: form)
        }
    }

    @Test func `lists may be as long as the limit`() throws {
        let digest = ReferenceBao([]).blake3
        func decoder(_ runLog: Int, _ limit: Int) throws -> BaoDecoder {
            // 100 groups.
            try BaoDecoder(
                digest,
                claimedSize: 100 << 14,
                form: .lists(runLog: runLog),
                listLimit: limit
            )
        }
        _ = try decoder(54, 3200)
        #expect(throws: BaoError.listTooLong(byteCount: 3200, limit: 3199)) {
            try decoder(54, 3199)
        }
        // 25 runs of 4 groups, 4 of 32, and 2 of 64.
        _ = try decoder(2, 800)
        #expect(throws: BaoError.listTooLong(byteCount: 800, limit: 799)) { try decoder(2, 799) }
        _ = try decoder(5, 1024)
        #expect(throws: BaoError.listTooLong(byteCount: 1024, limit: 0)) { try decoder(5, 0) }
        #expect(throws: BaoError.listTooLong(byteCount: 2048, limit: -5)) { try decoder(6, -5) }
    }

    @Test(arguments: BaoForm.several)
    func `need no list for one group`(form: BaoForm) throws {
        let digest = ReferenceBao([]).blake3
        let decoder = try BaoDecoder(digest, claimedSize: 16_384, form: form, listLimit: 0)
        #expect(decoder.next == .data(0..<16_384))
    }
}
