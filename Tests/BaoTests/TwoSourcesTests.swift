// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Decoder with two sources")
struct TwoSourcesTests {
    private static let seed = UInt64.random(in: .min ... .max)

    @Test(arguments: [0, 1, 4])
    func `reads an outboard beside its content`(log: Int) throws {
        for byteCount in ReferenceBao.edgeLengths {
            let reference = ReferenceBao(Inputs.counting(byteCount))
            let outboard = reference.preOrderOutboard(groupLog: log)
            var decoder = try BaoDecoder(
                reference.blake3,
                claimedSize: UInt64(byteCount),
                groupSize: .log(log)
            )
            #expect(decoder.claimedSize == UInt64(byteCount))
            let end = try read(&decoder, outboard, reference.bytes)
            #expect(end == outboard.count)
            #expect(decoder.provenSize == UInt64(byteCount))
        }
    }

    @Test(arguments: BaoForm.several)
    func `reads hashes and content apart`(form: BaoForm) throws {
        try ReferenceBao.forEachProductCase(seed: Self.seed) { reference, ranges, log, comment in
            let encoding = reference.encoding(form, ranges, groupLog: log)
            let content = reference.content(form, ranges, groupLog: log)
            var decoder = try BaoDecoder(
                reference.blake3,
                claimedSize: UInt64(reference.bytes.count),
                ranges: ChunkRanges(ranges),
                groupSize: .log(log),
                form: form
            )
            let hashes = try hashes(in: encoding, decoder)
            #expect(try read(&decoder, hashes, reference.bytes) == hashes.count, comment)
            let last = content.last?.upperBound
            let proven = last == UInt64(reference.bytes.count) ? last : nil
            #expect(decoder.provenSize == proven, comment)
        }
    }

    @Test func `names a wrong group of the content and a wrong pair`() throws {
        let reference = ReferenceBao(Inputs.counting(10_000))
        let outboard = reference.preOrderOutboard(groupLog: 1)
        for bit in stride(from: 0, to: 80_000, by: 997) {
            var decoder = try BaoDecoder(
                reference.blake3,
                claimedSize: 10_000,
                groupSize: .log(1)
            )
            let start = UInt64(bit / 8 / 2048 * 2048)
            #expect(throws: BaoError.mismatch(.data(start..<min(start + 2048, 10_000)))) {
                try read(&decoder, outboard, reference.bytes.flipping(bit: bit))
            }
        }
        var nodes: [TreeNode] = []
        try reference.checkedOutboard(groupLog: 1).forEachParent { nodes.append($0.node) }
        for bit in 0..<8 * outboard.count {
            var decoder = try BaoDecoder(
                reference.blake3,
                claimedSize: 10_000,
                groupSize: .log(1)
            )
            #expect(throws: BaoError.mismatch(.parent(nodes[bit / 512]))) {
                try read(&decoder, outboard.flipping(bit: bit), reference.bytes)
            }
        }
    }

    /// What of an encoding is not content.
    private func hashes(in encoding: [UInt8], _ decoder: BaoDecoder) throws -> [UInt8] {
        var decoder = decoder
        var hashes: [UInt8] = []
        var offset = BaoHeader.byteCount
        while let item = decoder.next {
            let bytes = Array(encoding[offset..<offset + item.byteCount])
            if !item.isData { hashes += bytes }
            offset += try #require(try decoder.accept(bytes))
        }
        return hashes
    }

    /// Reads hashes from one place and content from another; returns how many bytes of hashes.
    @discardableResult
    private func read(
        _ decoder: inout BaoDecoder,
        _ hashes: [UInt8],
        _ content: [UInt8]
    ) throws(BaoError) -> Int {
        var offset = 0
        while let item = decoder.next {
            if case .data(let range) = item {
                // All that follows is there, but what has other hashes before it is left.
                let rest = unsafe content.span.bytes.extracting(
                    Int(range.lowerBound)..<content.count
                )
                guard try decoder.accept(rest) != nil else { throw decoder.endedEarly }
            } else {
                let rest = unsafe hashes.span.bytes.extracting(offset..<hashes.count)
                guard let count = try decoder.accept(rest) else { throw decoder.endedEarly }
                offset += count
            }
        }
        return offset
    }
}
