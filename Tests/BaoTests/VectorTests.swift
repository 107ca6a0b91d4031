// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Bao agrees with other implementations")
struct VectorTests {
    @Test(arguments: Vectors.official.blobs)
    func `on encodings`(blob: Vectors.Blob) throws {
        let input = Input(blob.byteCount, groupLog: 0)
        let encoding = try input.encoding(.parents, .all)
        #expect(encoding.count == blob.combinedByteCount)
        #expect(encoding.sha256 == blob.combinedSHA256)
        input.checkDecoding(encoding, .parents, .all)
    }

    @Test(arguments: Vectors.official.slices)
    func `on slices`(vector: Vectors.Slice) throws {
        let input = Input(vector.byteCount, groupLog: 0)
        let slice = BaoSlice(start: vector.start, count: vector.length)
        let encoding = try input.encoding(.parents, slice.chunks)
        #expect(encoding.hex == vector.encoded)
        let content = input.checkDecoding(encoding, .parents, slice.chunks)
        let wanted = content.map { slice.wanted(of: $0) }.flatMap { range in
            input.bytes[Int(range.lowerBound)..<Int(range.upperBound)]
        }
        #expect(wanted.count == vector.decodedByteCount)
        #expect(wanted.sha256 == vector.decodedSHA256)
    }

    @Test(arguments: Vectors.official.responses)
    func `on responses`(vector: Vectors.Response) throws {
        let input = Input(vector.byteCount, groupLog: vector.groupLog)
        let ranges = ChunkRanges(vector.ranges.ranges)
        let encoding = try input.encoding(.parents, ranges)
        #expect(encoding.count == vector.responseByteCount)
        #expect(encoding.sha256 == vector.sha256)
        input.checkDecoding(encoding, .parents, ranges)
    }

    @Test(arguments: Vectors.official.captures)
    func `on what went over the wire`(capture: Vectors.Capture) throws {
        let input = Input(capture.byteCount, groupLog: 4)
        let ranges = ChunkRanges(capture.ranges.ranges)
        let encoding = try input.encoding(.parents, ranges)
        #expect(encoding.count == capture.responseByteCount)
        #expect(capture.sha256.map { $0 == encoding.sha256 } ?? true)
        #expect(capture.response.map { $0 == encoding.hex } ?? true)
        input.checkDecoding(encoding, .parents, ranges)
    }

    @Test(arguments: Vectors.official.compactForms)
    func `on compact forms`(forms: Vectors.CompactForms) throws {
        let input = Input(forms.byteCount, groupLog: forms.groupLog)
        let list = try input.encoding(.list, .all)
        #expect(Array(list.dropLast(forms.byteCount)).sha256 == forms.groupListSHA256)
        let siblings = try input.encoding(.siblings, .all)
        #expect(siblings.count == forms.responseByteCount)
        #expect(siblings.sha256 == forms.responseSHA256)
        let lists = try input.encoding(.lists(runLog: forms.runLog), .all)
        #expect(lists.count == forms.twoLevelByteCount)
        #expect(lists.sha256 == forms.twoLevelSHA256)
        input.checkDecoding(list, .list, .all)
        input.checkDecoding(siblings, .siblings, .all)
        input.checkDecoding(lists, .lists(runLog: forms.runLog), .all)
    }
}

/// An input of the vectors, hashed by the product.
private struct Input {
    let bytes: [UInt8]
    let digest: BLAKE3Digest
    let tree: HashTree
    private let values: [BLAKE3Tree.ChainingValue]

    init(_ byteCount: Int, groupLog: Int) {
        let bytes = Inputs.counting(byteCount)
        var hasher = TreeHasher(groupSize: .log(groupLog))
        hasher.update(unsafe bytes.span.bytes)
        self.bytes = bytes
        digest = hasher.finalize()
        values = hasher.takeValues()
        tree = HashTree(size: UInt64(byteCount), groupSize: .log(groupLog))
    }

    func encoding(_ form: BaoForm, _ ranges: ChunkRanges) throws -> [UInt8] {
        let outboard = try Outboard(digest, tree, values: values)
        let log = tree.groupSize.log
        return try ReferenceBao.encoded(bytes, outboard, form, ranges, groupLog: log)
    }

    @discardableResult
    func checkDecoding(
        _ encoding: [UInt8],
        _ form: BaoForm,
        _ ranges: ChunkRanges
    ) -> [Range<UInt64>] {
        let decoder = BaoDecoder(digest, ranges: ranges, groupSize: tree.groupSize, form: form)
        var decoding = Decoding(decoder, of: bytes)
        decoding.run(encoding, .whole)
        #expect(decoding.error == nil)
        #expect(decoding.lies == [])
        #expect(decoding.taken == encoding.count)
        return decoding.content
    }
}
