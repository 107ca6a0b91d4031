// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Encoder")
struct EncoderTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: BaoForm.several)
    func `sends what the reference sends`(form: BaoForm) throws {
        try ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            let encoded = try reference.encoded(form, ranges, groupLog: log)
            #expect(encoded == reference.encoding(form, ranges, groupLog: log), comment)
        }
    }

    @Test(arguments: [BaoForm.parents, .siblings])
    func `opens groups of an outboard for smaller ones`(form: BaoForm) throws {
        try ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            for storedLog in Set([log + 1, log + 3, 4, 10]) where storedLog > log {
                let encoded = try reference.encoded(
                    form,
                    ranges,
                    groupLog: log,
                    storedLog: storedLog
                )
                #expect(encoded == reference.encoding(form, ranges, groupLog: log), comment)
            }
        }
    }

    @Test func `a whole list is the list of the reference`() throws {
        for byteCount in [0, 1024, 1025, 5000, 16 * 1024, 16 * 1024 + 1, 70_000] {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            for log in [0, 1, 4] {
                let encoded = try reference.encoded(.list, [0..<UInt64.max], groupLog: log)
                #expect(encoded == reference.groupListCombined(groupLog: log))
            }
        }
    }

    @Test func `needs no more of an outboard than what is sent`() throws {
        let reference = ReferenceBao(Inputs.counting(10_240))
        let all = try reference.checkedOutboard(groupLog: 0)
        let values = try #require(all.values(for: 3..<5))
        let part = try Outboard(all.digest, all.tree, groups: 3..<5, values: values)
        for form in [BaoForm.parents, .siblings] {
            let chunks = ChunkRanges(3..<5)
            let encoded = try ReferenceBao.encoded(
                reference.bytes,
                part,
                form,
                chunks,
                groupLog: 0
            )
            #expect(encoded == reference.encoding(form, [3..<5], groupLog: 0))
        }
        var hashes = OutboardHashes(of: part)
        let root = BaoItem.parent(reference.tree(groupLog: 0).root)
        #expect(hashes.withBytes(for: root) { $0.byteCount } == 64)
        #expect(hashes.withBytes(for: .header) { $0.byteCount } == nil)
        #expect(hashes.withBytes(for: .data(0..<1)) { $0.byteCount } == nil)
    }

    @Test(arguments: BaoForm.several)
    func `notices damage of what it is given`(form: BaoForm) throws {
        let reference = ReferenceBao(Inputs.counting(3000))
        let outboard = try reference.checkedOutboard(groupLog: 0)
        var encoder = try BaoEncoder(outboard.digest, outboard.tree, ranges: .last, form: form)
        var hashes = OutboardHashes(of: outboard)
        while let item = encoder.next {
            let bytes: [UInt8]
            if case .data(let range) = item {
                bytes = Array(reference.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
            } else {
                let found = hashes.withBytes(for: item) { [UInt8](copying: $0) }
                bytes = try #require(found)
            }
            for bit in stride(from: 0, to: 8 * bytes.count, by: 31) {
                let damaged = bytes.flipping(bit: bit)
                var encoder = encoder
                #expect(throws: BaoError.mismatch(item)) {
                    try encoder.accept(damaged)
                }
            }
            let short = try encoder.accept(bytes.dropLast())
            if case .list(_, _, let count) = item, count > 1 {
                #expect(short == 32 * (count - 1))
            } else {
                #expect(short == nil)
            }
            if short == nil {
                #expect(try encoder.accept(bytes) == bytes.count)
            } else {
                let last = Array(bytes.suffix(32))
                #expect(try encoder.accept(last) == 32)
            }
        }
    }

    @Test func `refuses long lists`() throws {
        let reference = ReferenceBao(Inputs.counting(10_240))
        let tree = reference.tree(groupLog: 0)
        let error = BaoError.listTooLong(byteCount: 320, limit: 319)
        #expect(throws: error) {
            try BaoEncoder(reference.blake3, tree, form: .list, listLimit: 319)
        }
        _ = try BaoEncoder(reference.blake3, tree, form: .list, listLimit: 320)
    }
}
