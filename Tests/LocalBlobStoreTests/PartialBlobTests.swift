// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import NIOCore
import Testing

@Suite struct PartialBlobTests {
    private let store: StoreFixture
    private let blob = TestBlob(size: 1_000_000, seed: 80)

    init() throws { store = try StoreFixture() }

    private func write(_ range: Range<Int>, to partial: any PartialBlob) async throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 100_000) {
            try await partial.write(blob.bytes(in: start..<start + 100_000), at: UInt64(start))
        }
    }

    @Test func `what has been flushed is there after reopening`() async throws {
        do {
            let partial = try await store.open().partialBlob(blob.digest, size: 1_000_000)
            try await write(200_000..<500_000, to: partial)
            try await write(700_000..<800_000, to: partial)
            try await partial.flush()
        }
        let service = try await store.open()
        let partial = try await service.partialBlob(blob.digest, size: 1_000_000)
        #expect(partial.parts == RangeSet([200_000..<500_000, 700_000..<800_000]))
        #expect(try await service.has(blob.digest) == false)
        try await write(0..<200_000, to: partial)
        try await write(500_000..<700_000, to: partial)
        try await write(800_000..<1_000_000, to: partial)
        try await partial.complete(with: nil)
        #expect(try await bytes(of: blob, in: service) == blob.content)
        #expect(try await service.check().isSound)
        let again = try await store.open().partialBlob(blob.digest, size: 1_000_000)
        #expect(again.parts.isEmpty)
    }

    @Test func `nothing is written twice when the blob is complete`() async throws {
        let service = try await store.open()
        let partial = try await service.partialBlob(blob.digest, size: 1_000_000)
        try await write(0..<1_000_000, to: partial)
        try await partial.flush()
        let pack = try #require(try store.packs.first)
        let before = try store.contents(of: pack).count
        try await partial.complete(with: nil)
        #expect(try store.contents(of: pack).count - before < 5000)
        #expect(try await service.chunkList(of: blob.digest)?.count == 10)
    }

    @Test func `a damaged part has to come again`() async throws {
        let service = try await store.open()
        let partial = try await service.partialBlob(blob.digest, size: 1_000_000)
        try await write(0..<1_000_000, to: partial)
        try await partial.flush()
        let pack = try #require(try store.packs.first)
        try store.flipBit(of: pack, at: store.offset(of: blob.bytes(in: 350_000..<350_100)))
        #expect(try await partial.read(from: 300_000, upTo: 400_000) == nil)
        #expect(partial.parts == RangeSet([0..<300_000, 400_000..<1_000_000]))
    }

    @Test func `two that work on one blob lose nothing`() async throws {
        let (first, second) = (try await store.open(), try await store.open())
        let one = try await first.partialBlob(blob.digest, size: 1_000_000)
        let two = try await second.partialBlob(blob.digest, size: 1_000_000)
        try await write(0..<600_000, to: one)
        try await two.write(blob.bytes(in: 550_000..<750_000), at: 550_000)
        try await one.flush()
        try await two.flush()
        let partial = try await store.open().partialBlob(blob.digest, size: 1_000_000)
        #expect(partial.parts == RangeSet(0..<600_000))
        try await write(600_000..<1_000_000, to: partial)
        try await partial.complete(with: nil)
        #expect(try await bytes(of: blob, in: first) == blob.content)
    }
}
