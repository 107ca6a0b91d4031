// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import Chunking
import LocalBlobStore
import NIOCore
import Testing

/// Stores in which the same bytes were cut in different ways.
@Suite struct OtherCuttingTests {
    private let store: StoreFixture
    private let tiny: LocalStoreOptions

    init() throws {
        store = try StoreFixture()
        let chunking = try ChunkingParameters(minimum: 64, average: 256, maximum: 1024)
        tiny = LocalStoreOptions(chunking: chunking)
    }

    @Test func `a chunk may be there as a split blob`() async throws {
        let blob = TestBlob(size: 900_000)
        let plain = try StoreFixture()
        try await plain.put(blob)
        let first = try #require(try await plain.open().chunkList(of: blob.digest)?.first)
        let part = TestBlob(blob.bytes(in: 0..<Int(first.size)))
        try await store.put(part, options: tiny)
        try await store.put(blob)
        let service = try await store.open()
        #expect(try await bytes(of: blob, in: service) == blob.content)
        #expect(try await bytes(of: part, in: service) == part.content)
        #expect(try await service.check().isSound)
    }

    @Test func `a page of a chunk list may be there as a split blob`() async throws {
        let blob = TestBlob(size: 200_000)
        try await store.put(blob, options: tiny)
        let service = try await store.open()
        let chunks = try #require(try await service.chunkList(of: blob.digest))
        var page = ByteBuffer()
        for chunk in chunks {
            page.writeBytes(chunk.digest.data)
            page.writeInteger(UInt32(chunk.size), endianness: .little)
        }
        let other = try StoreFixture()
        try await other.put(TestBlob(page), blob, options: tiny)
        #expect(try await bytes(of: blob, in: try await other.open()) == blob.content)
    }
}
