// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import BlobStoreTesting
import Chunking
import NIOCore
import Testing

@testable import LocalBlobStore

/// Services with different options that use one store.
@Suite struct SharingTests {
    private let store: StoreFixture
    private let large = TestBlob(size: 1_500_000, seed: 1)

    init() throws { store = try StoreFixture() }

    @Test func `a chunk is stored even if it is known as a split blob`() async throws {
        let other = try StoreFixture()
        try await other.put(large)
        let chunks = try #require(try await other.open().chunkList(of: large.digest))
        let first = TestBlob(large.bytes(in: 0..<Int(chunks[0].size)))
        let tiny = try ChunkingParameters(minimum: 64, average: 256, maximum: 1024)
        try await store.put(first, options: LocalStoreOptions(chunking: tiny))
        try await store.put(large)
        let service = try await store.open()
        #expect(try await bytes(of: large, in: service) == large.content)
        #expect(try await bytes(of: first, in: service) == first.content)
        #expect(try await service.list(after: nil, limit: 10).count == 2)
        #expect(try await service.check().isSound)

        try store.removeIndex()
        let again = try await store.open()
        #expect(try await bytes(of: large, in: again) == large.content)
        #expect(try await again.list(after: nil, limit: 10).count == 2)
    }

    @Test func `an acknowledgement covers what a writer without synchronization has put`()
        async throws
    {
        try await store.put(large, options: LocalStoreOptions(durability: .none))
        let service = try await store.open()
        let before = try #require(try service.index.packStates().values.first)
        #expect(before.durableEnd < before.indexedEnd)
        _ = try await service.put(large.content)
        let after = try #require(try service.index.packStates().values.first)
        #expect(after.durableEnd == after.indexedEnd)
    }

    @Test func `a store stays locked while a writer is left`() async throws {
        var service: LocalBlobService? = try await store.open()
        var writer = try await BlobWriter(to: try #require(service))
        service = nil
        try await writer.write(large.content)
        let error = await #expect(throws: BlobError.self) {
            try await LocalBlobService.rebuildIndex(at: store.path)
        }
        #expect(error?.code == .unavailable)
        #expect(try await writer.finish() == large.digest)
        try await LocalBlobService.rebuildIndex(at: store.path)
        #expect(try await bytes(of: large, in: try await store.open()) == large.content)
    }

    @Test func `a list without room is empty`() async throws {
        try await store.put(large)
        let service = try await store.open()
        #expect(try await service.list(after: nil, limit: 0).isEmpty)
        #expect(try await service.list(after: nil, limit: -1).isEmpty)
    }
}

extension SharingTests {
    @Test func `a page that leads back to itself is an error`() async throws {
        let service = try await store.open()
        let folder = service.folder
        let packs = try PackFolder(of: folder)
        let log = WriteLog(folder: packs, index: service.index)
        let digest = TestBlob(size: 1, seed: 9).digest
        let blob = SplitBlob(size: 100, pages: [.init(digest: digest, byteCount: 100)])
        let content = blob.encoded
        let header = RecordHeader(
            .splitBlob,
            digest,
            isBlob: true,
            contentLength: content.readableBytes,
            storedLength: content.readableBytes
        )
        try log.append(header, content.readableBytesSpan, splitBlobSize: 100)
        let commits = GroupCommit(log: log, packs: packs, index: service.index, durability: .none)
        try await commits.commit()
        let error = await #expect(throws: BlobError.self) {
            _ = try await service.read(digest)?.collect(upTo: 1000)
        }
        #expect(error?.code == .corrupt)
    }
}
