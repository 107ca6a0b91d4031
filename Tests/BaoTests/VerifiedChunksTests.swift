// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import Testing

@Suite("Verified chunks")
struct VerifiedChunksTests {
    private static let seed = UInt64.random(in: .min ... .max)

    /// What iroh wrote of 5 MiB and 77 bytes after 121 groups.
    @Test func `are written as iroh writes them`() throws {
        let size: UInt64 = 5 << 20 + 77
        var state = VerifiedChunks()
        state.insert(0..<121 << 14, claimedSize: size)
        let payload: [UInt8] = [3, 0xCD, 0x80, 0xC0, 0x02, 0, 0x90, 0x0F]
        #expect(state.bytes == Self.sealed(payload))
        #expect(state.missing() == ChunkRanges(from: 1936))
        #expect(state.provenSize == nil)
        #expect(try Self.read(state.bytes) == state)
        state.insert(121 << 14..<size, claimedSize: size)
        #expect(state.isComplete)
        #expect(state.bytes == Self.sealed([2, 0xCD, 0x80, 0xC0, 0x02, 0]))
        #expect(state.missing().isEmpty)
        #expect(try Self.read(state.bytes) == state)
    }

    @Test func `of an empty blob are complete once it has been checked`() throws {
        var state = VerifiedChunks()
        #expect(state.provenSize == nil)
        #expect(!state.isComplete)
        #expect(state.missing() == .all)
        #expect(state.bytes == Self.sealed([1, 0]))
        #expect(try Self.read(state.bytes) == state)
        state.insert(0..<0, claimedSize: 0)
        #expect(state.provenSize == 0)
        #expect(state.isComplete)
        #expect(state.missing().isEmpty)
        #expect(state.wholeGroups() == ChunkRanges(0..<1))
        #expect(state.bytes == Self.sealed([2, 0, 0]))
        #expect(try Self.read(state.bytes) == state)
    }

    @Test func `follow a model of single chunks`() throws {
        var random = RandomNumbers(seed: Self.seed)
        for _ in 0..<40 {
            let size = UInt64(1 + random.edgeLength(upTo: 70 * 1024))
            let tree = HashTree(size: size)
            var state = VerifiedChunks()
            var model: Set<UInt64> = []
            for _ in 0..<12 {
                let chunks = random.range(below: tree.chunkCount)
                var other = VerifiedChunks()
                other.insert(tree.bytes(ofChunks: chunks), claimedSize: size)
                if Bool.random(using: &random) {
                    state.merge(other)
                } else {
                    state.insert(tree.bytes(ofChunks: chunks), claimedSize: size)
                }
                model.formUnion(chunks)
                try check(state, model, tree)
            }
        }
    }

    private func check(_ state: VerifiedChunks, _ model: Set<UInt64>, _ tree: HashTree) throws {
        let all = 0..<tree.chunkCount
        let comment: Comment = "\(model.sorted()) of \(tree.size) bytes, seed \(Self.seed)"
        #expect(all.allSatisfy { state.chunks.contains($0) == model.contains($0) }, comment)
        #expect(state.claimedSize == tree.size, comment)
        let isProven = model.contains(tree.chunkCount - 1)
        #expect(state.provenSize == (isProven ? tree.size : nil), comment)
        #expect(state.isComplete == (model.count == all.count), comment)
        let missing = state.missing()
        #expect(all.allSatisfy { missing.contains($0) != model.contains($0) }, comment)
        #expect(missing.contains(tree.chunkCount) == !isProven, comment)
        let wanted = state.missing(of: ChunkRanges(3..<9))
        #expect(
            all.allSatisfy { chunk in
                // Behind a proven end the last chunk is meant.
                let isWanted =
                    (3..<9).contains(chunk) || isProven && chunk == all.count - 1 && all.count <= 3
                return wanted.contains(chunk) == (isWanted && !model.contains(chunk))
            },
            comment
        )
        for log in [0, 1, 4] {
            let groups = state.wholeGroups(of: .log(log))
            let isRight = all.allSatisfy { chunk in
                let group = chunk >> UInt64(log)
                let chunks = group << UInt64(log)..<min((group + 1) << UInt64(log), all.upperBound)
                return groups.contains(chunk) == chunks.allSatisfy(model.contains)
            }
            #expect(isRight, comment)
            #expect(!groups.contains(all.upperBound), comment)
        }
        #expect(try Self.read(state.bytes) == state, comment)
    }

    @Test func `keep the claim of the chunk nearest to the end until one is proven`() {
        var state = VerifiedChunks()
        state.insert(0..<4096, claimedSize: 9000)
        state.insert(0..<1024, claimedSize: 5000)
        #expect(state.claimedSize == 9000)
        state.insert(0..<4096, claimedSize: 8000)
        #expect(state.claimedSize == 9000)
        state.insert(2048..<5120, claimedSize: 7000)
        #expect(state.claimedSize == 7000)
        #expect(state.provenSize == nil)
        state.insert(5120..<6500, claimedSize: 6500)
        #expect(state.provenSize == 6500)
        state.insert(0..<1024, claimedSize: 99_999)
        #expect(state.provenSize == 6500)
        #expect(state.isComplete)
        var other = VerifiedChunks()
        other.insert(0..<1024, claimedSize: 99_999)
        other.merge(state)
        #expect(other == state)
    }

    @Test func `are not read from damaged bytes`() throws {
        var state = VerifiedChunks()
        state.insert(0..<121 << 14, claimedSize: 5 << 20 + 77)
        state.insert(300 << 14..<302 << 14, claimedSize: 5 << 20 + 77)
        let bytes = state.bytes
        for bit in 0..<8 * bytes.count {
            #expect(throws: BaoError.unsoundState) { try Self.read(bytes.flipping(bit: bit)) }
        }
        for count in 0..<bytes.count {
            #expect(throws: BaoError.unsoundState) { try Self.read(Array(bytes[..<count])) }
        }
        #expect(throws: BaoError.unsoundState) { try Self.read(bytes + [0]) }
    }

    @Test(
        arguments: [
            [], [0], [1], [2], [2, 5], [3, 5, 1, 1], [3, 5, 2, 1], [1, 5, 0], [0, 5],
            [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2],
            [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 5, 0],
        ] as [[UInt8]]
    )
    func `are not read from a payload that means nothing`(payload: [UInt8]) {
        #expect(throws: BaoError.unsoundState) { try Self.read(Self.sealed(payload)) }
    }

    @Test func `are cut at the end of the claimed size`() throws {
        let state = try Self.read(Self.sealed([5, 0x80, 0x20, 0, 1, 3, 100]))
        #expect(state.claimedSize == 4096)
        #expect(state.chunks.boundaries == [0, 1, 3, 4])
        #expect(state.provenSize == 4096)
        let largest = [UInt8](repeating: 0xFF, count: 9) + [1]
        let huge = try Self.read(Self.sealed([2] + largest + [0]))
        #expect(huge.provenSize == .max)
        #expect(huge.chunks == ChunkRanges(0..<1 << 54))
        #expect(try Self.read(huge.bytes) == huge)
    }

    private static func read(_ bytes: [UInt8]) throws -> VerifiedChunks {
        try VerifiedChunks(bytes: unsafe bytes.span.bytes)
    }

    /// A payload behind its digest.
    private static func sealed(_ payload: [UInt8]) -> [UInt8] {
        BLAKE3Digest(hashing: unsafe payload.span.bytes).array + payload
    }
}
