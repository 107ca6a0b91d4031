// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Crypto
import Foundation
import Testing

@Suite("The reference agrees with other implementations")
struct ReferenceTests {
    /// The largest input of the captures, which takes a while to make.
    private static let large = ReferenceBao(Inputs.counting(10_498_105))

    @Test(arguments: Vectors.official.blobs)
    func `on encodings`(blob: Vectors.Blob) {
        let reference = Self.reference(blob.byteCount)
        #expect(sha256(reference.bytes) == blob.inputSHA256)
        #expect(reference.digest.hex == blob.digest)
        #expect(reference.chunkCount == blob.chunkCount)
        let combined = reference.combined()
        #expect(combined.count == blob.combinedByteCount)
        #expect(sha256(combined) == blob.combinedSHA256)
        #expect(sha256(reference.outboard()) == blob.outboardSHA256)
    }

    @Test(arguments: Vectors.official.blobs)
    func `on outboards of groups`(blob: Vectors.Blob) {
        let reference = Self.reference(blob.byteCount)
        for outboard in blob.groupOutboards {
            let groupLog = outboard.groupLog
            let preOrder = reference.preOrderOutboard(groupLog: groupLog)
            let postOrder = reference.postOrderOutboard(groupLog: groupLog)
            #expect(preOrder.count == outboard.byteCount)
            #expect(preOrder.count == 64 * (reference.groupCount(groupLog: groupLog) - 1))
            #expect(sha256(preOrder) == outboard.preOrderSHA256)
            #expect(sha256(postOrder) == outboard.postOrderSHA256)
            #expect(outboard.preOrder.map { $0 == preOrder.hex } ?? true)
            #expect(outboard.postOrder.map { $0 == postOrder.hex } ?? true)
        }
    }

    @Test(arguments: Vectors.official.slices)
    func `on slices`(slice: Vectors.Slice) {
        let reference = Self.reference(slice.byteCount)
        #expect(reference.digest.hex == slice.digest)
        let chunks = reference.sliceChunks(start: slice.start, count: slice.length)
        #expect([chunks.lowerBound, chunks.upperBound] == slice.chunks)
        let encoded = reference.slice(start: slice.start, count: slice.length)
        #expect(encoded.count == slice.encodedByteCount)
        #expect(encoded.hex == slice.encoded)
        #expect(sha256(encoded) == slice.encodedSHA256)
        #expect(BLAKE3Digest(hashing: unsafe encoded.span.bytes).description == slice.encodedDigest)
        let decoded = Array(reference.bytes.dropFirst(Int(slice.start)).prefix(Int(slice.length)))
        #expect(decoded.count == slice.decodedByteCount)
        #expect(sha256(decoded) == slice.decodedSHA256)
        let window = UInt64(chunks.lowerBound)..<UInt64(chunks.upperBound)
        #expect(reference.response(to: [window], groupLog: 0) == encoded)
        #expect(places(in: reference, [window], groupLog: 0).parents.count == slice.parentCount)
    }

    @Test(arguments: Vectors.official.chainingValues)
    func `on chaining values`(vector: Vectors.ChainingValue) {
        let input = Inputs.counting(vector.byteCount)
        let start = BLAKE3Tree.ChunkIndex(rawValue: vector.start)
        let value = BLAKE3Tree.chainingValue(of: unsafe input.span.bytes, at: start)
        #expect(value.array.hex == vector.value)
    }

    @Test(arguments: Vectors.official.responses)
    func `on responses`(vector: Vectors.Response) {
        let reference = Self.reference(vector.byteCount)
        let ranges = vector.ranges.ranges
        let response = reference.response(to: ranges, groupLog: vector.groupLog)
        #expect(response.count == vector.responseByteCount)
        #expect(sha256(response) == vector.sha256)
        let places = places(in: reference, ranges, groupLog: vector.groupLog)
        #expect(places.parents == vector.parents)
        #expect(places.leaves == vector.leaves)
    }

    @Test(arguments: Vectors.official.captures)
    func `on what went over the wire`(capture: Vectors.Capture) {
        let reference = Self.reference(capture.byteCount)
        let response = reference.response(to: capture.ranges.ranges, groupLog: 4)
        #expect(response.count == capture.responseByteCount)
        #expect(capture.sha256.map { $0 == sha256(response) } ?? true)
        #expect(capture.response.map { $0 == response.hex } ?? true)
    }

    @Test(arguments: Vectors.official.compactForms)
    func `on compact forms`(forms: Vectors.CompactForms) {
        let reference = Self.reference(forms.byteCount)
        let groupLog = forms.groupLog
        #expect(reference.groupCount(groupLog: groupLog) == forms.groupCount)
        let list = reference.groupList(groupLog: groupLog)
        #expect(list.count == forms.groupListByteCount)
        #expect(sha256(list) == forms.groupListSHA256)
        #expect(reference.groupListCombined(groupLog: groupLog) == list + reference.bytes)
        let response = reference.compactResponse(to: [0..<UInt64.max], groupLog: groupLog)
        #expect(response.count == forms.responseByteCount)
        #expect(sha256(response) == forms.responseSHA256)
        let twoLevel = reference.twoLevel(groupLog: groupLog, runLog: forms.runLog)
        #expect(twoLevel.count == forms.twoLevelByteCount)
        #expect(sha256(twoLevel) == forms.twoLevelSHA256)
    }

    private static func reference(_ byteCount: Int) -> ReferenceBao {
        byteCount == large.bytes.count ? large : ReferenceBao(Inputs.counting(byteCount))
    }

    /// First chunk and number of chunks of parents, first byte and number of bytes of leaves.
    private func places(
        in reference: ReferenceBao,
        _ ranges: [Range<UInt64>],
        groupLog: Int
    ) -> (parents: [[Int]], leaves: [[Int]]) {
        var parents: [[Int]] = []
        var leaves: [[Int]] = []
        for item in reference.items(for: ranges, groupLog: groupLog) {
            switch item {
            case .parent(let node): parents.append([node.chunks.lowerBound, node.chunks.count])
            case .leaf(let node): leaves.append([node.data.lowerBound, node.data.count])
            }
        }
        return (parents, leaves)
    }

    private func sha256(_ bytes: [UInt8]) -> String {
        Array(SHA256.hash(data: bytes)).hex
    }
}
