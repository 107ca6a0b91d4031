// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

@Suite struct SpaceTests {
    private let store: StoreFixture

    init() throws { store = try StoreFixture() }

    private var packedByteCount: Int {
        get throws { try store.packs.reduce(0) { $0 + (try store.contents(of: $1).count) } }
    }

    @Test func `small blobs cost less than 100 bytes beyond their content`() async throws {
        let service = try await store.open()
        for seed in 0..<100 {
            _ = try await service.put(TestBlob(size: 50, seed: UInt64(seed)).content)
        }
        #expect(try store.packs.count == 1)
        #expect(try packedByteCount <= 100 * (50 + 100))
    }

    @Test func `equal content is stored once`() async throws {
        let first = TestBlob(size: 1_500_000)
        var longer = first.content
        longer.writeString("a tail")
        try await store.put(first)
        let before = try packedByteCount
        try await store.put(first)
        #expect(try packedByteCount == before)
        try await store.put(TestBlob(longer))
        #expect(try packedByteCount - before < 600_000)
    }

    @Test func `text is compressed, and what does not shrink is left as it is`() async throws {
        try await store.put(TestBlob(textOfSize: 300_000))
        #expect(try packedByteCount < 30_000)
        let before = try packedByteCount
        try await store.put(TestBlob(size: 100_000))
        #expect(try packedByteCount - before == 100_000 + 56)
    }

    @Test func `compression can be turned off`() async throws {
        let text = TestBlob(textOfSize: 100_000)
        try await store.put(text, options: LocalStoreOptions(compression: .none))
        #expect(try packedByteCount == 64 + 56 + 100_000)
        #expect(try await bytes(of: text, in: try await store.open()) == text.content)
    }

    @Test func `statistics count blobs, chunks and bytes`() async throws {
        let service = try await store.open()
        let large = TestBlob(size: 900_000)
        let text = TestBlob(textOfSize: 100_000)
        for blob in [large, text, text] { _ = try await service.put(blob.content) }
        let chunks = try #require(try await service.chunkList(of: large.digest))
        let statistics = try await service.statistics()
        #expect(statistics.blobCount == 2)
        #expect(statistics.logicalByteCount == 1_000_000)
        #expect(statistics.chunkCount == UInt64(chunks.count) + 1)
        #expect(statistics.uniqueByteCount == 1_000_000)
        #expect(statistics.compressedByteCount > 900_000)
        #expect(statistics.compressedByteCount < 920_000)
        #expect(statistics.storedByteCount > statistics.compressedByteCount)
        #expect(statistics.deduplicationRatio == 1)
    }
}
