// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import Chunking
import Foundation
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

@Suite struct ReopeningTests {
    private let store: StoreFixture
    private let small = TestBlob(size: 300, seed: 1)
    private let text = TestBlob(textOfSize: 50_000)
    private let large = TestBlob(size: 900_000, seed: 2)

    init() throws { store = try StoreFixture() }

    private func expectAll(in service: LocalBlobService) async throws {
        for blob in [small, text, large] {
            #expect(try await bytes(of: blob, in: service) == blob.content)
        }
    }

    @Test func `blobs are there after reopening`() async throws {
        try await store.put(small, text, large)
        try await expectAll(in: try await store.open())
    }

    @Test func `the next writer goes on in the same pack`() async throws {
        try await store.put(small)
        try await store.put(text)
        try await store.put(large)
        #expect(try store.packs.count == 1)
        try await expectAll(in: try await store.open())
    }

    @Test func `two services at once write into packs of their own`() async throws {
        let (first, second) = (try await store.open(), try await store.open())
        _ = try await first.put(small.content)
        _ = try await second.put(text.content)
        _ = try await first.put(large.content)
        _ = try await second.put(large.content)
        #expect(try store.packs.count == 2)
        try await expectAll(in: first)
        try await expectAll(in: second)
        #expect(try await first.check().isSound)
    }

    @Test func `a lost index is made anew on opening`() async throws {
        try await store.put(small, text, large)
        try store.removeIndex()
        let service = try await store.open()
        try await expectAll(in: service)
        #expect(try await service.list(after: nil, limit: 10).count == 3)
    }

    @Test func `an index that is no database says what to do`() async throws {
        try await store.put(small, text, large)
        try store.removeIndex()
        try store.write(Data(repeating: 7, count: 8192), to: store.path.appending("index.sqlite"))
        let error = await #expect(throws: BlobError.self) { _ = try await store.open() }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("--rebuild-index") == true)
        try await LocalBlobService.rebuildIndex(at: store.path)
        try await expectAll(in: try await store.open())
    }

    @Test func `a torn tail is cut off and the store goes on`() async throws {
        try await store.put(small, text, large)
        let pack = try #require(try store.packs.first)
        let sound = try store.contents(of: pack)
        // A record begins and is cut off anywhere; the index knows nothing of it.
        let record = sound[64..<64 + 56 + 300]
        for length in [1, 7, 8, 55, 56, 57, 355] {
            try store.write(sound + record.prefix(length), to: pack)
            let service = try await store.open()
            try await expectAll(in: service)
            #expect(try store.contents(of: pack) == sound)
            #expect(try await service.check().isSound)
        }
        // A file system may leave zeros after a crash of the machine.
        try store.write(sound + Data(repeating: 0, count: 5000), to: pack)
        try await expectAll(in: try await store.open())
        #expect(try store.contents(of: pack) == sound)
    }

    @Test func `a whole record that is not in the index is found on opening`() async throws {
        try await store.put(small)
        let other = try StoreFixture()
        try await other.put(small, text)
        let pack = try #require(try store.packs.first)
        try store.write(other.contents(of: try #require(try other.packs.first)), to: pack)
        let service = try await store.open()
        #expect(try await bytes(of: text, in: service) == text.content)
        _ = try await service.put(large.content)
        try await expectAll(in: try await store.open())
    }

    @Test func `a pack that lost its end counts as absent what it had there`() async throws {
        try await store.put(small, text)
        let pack = try #require(try store.packs.first)
        try store.write(store.contents(of: pack).dropLast(1), to: pack)
        let service = try await store.open()
        #expect(try await service.has(text.digest) == false)
        #expect(try await bytes(of: small, in: service) == small.content)
        _ = try await service.put(text.content)
        #expect(try await bytes(of: text, in: service) == text.content)
    }

    @Test func `marks survive making the index anew`() async throws {
        try await store.put(large)
        let chunk = try #require(try await store.open().chunkList(of: large.digest)?.last)
        try await store.put(TestBlob(large.bytes(in: 900_000 - Int(chunk.size)..<900_000)))
        #expect(try await store.open().list(after: nil, limit: 10).count == 2)
        try store.removeIndex()
        #expect(try await store.open().list(after: nil, limit: 10).count == 2)
    }

    @Test func `long chunk lists are read page by page`() async throws {
        let tiny = try ChunkingParameters(minimum: 64, average: 256, maximum: 1024)
        let blob = TestBlob(size: 2_000_000, seed: 5)
        try await store.put(blob, options: LocalStoreOptions(chunking: tiny))
        let service = try await store.open()
        let chunks = try #require(try await service.chunkList(of: blob.digest))
        #expect(chunks.count > 4096)
        #expect(chunks.reduce(0) { $0 + $1.size } == 2_000_000)
        #expect(try await bytes(of: blob, in: service) == blob.content)
        let range = ByteRange(from: 1_700_000, upTo: 1_800_000)
        let part = try await service.read(blob.digest, in: range)?.collect(upTo: 1 << 20)
        #expect(part == blob.bytes(in: 1_700_000..<1_800_000))
    }

    @Test(arguments: LocalStoreOptions.Durability.allCases)
    func `every policy keeps what is put`(durability: LocalStoreOptions.Durability) async throws {
        try await store.put(small, text, large, options: .init(durability: durability))
        try await store.put(TestBlob(size: 5), options: .init(durability: .batch))
        try await expectAll(in: try await store.open())
    }
}
