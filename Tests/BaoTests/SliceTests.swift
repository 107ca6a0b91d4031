// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Slices")
struct SliceTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test func `are the slices of the reference`() throws {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<150 {
            let reference = ReferenceBao(random.bytes(random.edgeLength(upTo: 20 * 1024)))
            let start = UInt64(random.edgeLength(upTo: 22 * 1024))
            let count = UInt64(random.edgeLength(upTo: 22 * 1024))
            try check(reference, start, count)
        }
    }

    @Test func `may begin and end far behind the end`() throws {
        for byteCount in [0, 1, 1024, 1025, 5000] {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            for start in [0, 1, 1023, 1024, 5000, 1 << 63, UInt64.max - 1, .max] {
                for count in [0, 1, 1024, 1 << 63, UInt64.max - 1, .max] {
                    try check(reference, start, count)
                }
            }
        }
    }

    private func check(_ reference: ReferenceBao, _ start: UInt64, _ count: UInt64) throws {
        let comment: Comment = "\(count) from \(start), seed \(Self.seed)"
        let slice = BaoSlice(start: start, count: count)
        let outboard = try reference.checkedOutboard(groupLog: 0)
        let encoding = try ReferenceBao.encoded(
            reference.bytes,
            outboard,
            .parents,
            slice.chunks,
            groupLog: 0
        )
        #expect(encoding == reference.slice(start: start, count: count), comment)

        var decoder = BaoDecoder(reference.blake3, ranges: slice.chunks, groupSize: .chunk)
        var decoded: [UInt8] = []
        let taken = try decoder.decode(unsafe encoding.span.bytes) { offset, content in
            let range = slice.wanted(of: offset..<offset + UInt64(content.byteCount))
            let place = Int(range.lowerBound - offset)..<Int(range.upperBound - offset)
            decoded += [UInt8](copying: content.extracting(place))
        }
        #expect(taken == encoding.count, comment)
        let skipped = reference.bytes.dropFirst(Int(min(start, 1 << 40)))
        #expect(decoded == Array(skipped.prefix(Int(min(count, 1 << 40)))), comment)
        let (end, overflow) = start.addingReportingOverflow(max(count, 1))
        if overflow || end >= reference.bytes.count {
            #expect(decoder.provenSize == UInt64(reference.bytes.count), comment)
        }
    }
}
