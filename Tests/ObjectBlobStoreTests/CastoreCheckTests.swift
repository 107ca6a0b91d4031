// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectStorage
import Testing

@testable import ObjectBlobStore

@Suite struct CastoreCheckTests {
    private let storage = MemoryObjectStorage()
    private let large = TestBlob(size: 3_000_000, seed: 1)
    private let small = TestBlob(size: 1000, seed: 2)

    /// Fills the store, has it damaged, and expects that this is found, mended, and forgotten.
    private func expectMending(
        lost: TestBlob,
        kept: TestBlob,
        problem: String,
        _ damage: () async throws -> Void
    ) async throws {
        let service = CastoreBlobService(in: storage)
        try await service.running {
            for blob in [large, small] { _ = try await service.put(blob.content) }
            #expect(try await service.check() == report { $0.blobCount = 2 })
        }
        try await damage()
        let checker = CastoreBlobService(in: storage)
        try await checker.running {
            let found = try await checker.check()
            #expect(found.problems.count == 1 && found.problems[0].contains(problem), "\(found)")
            #expect(found.brokenBlobs == ["\(lost.digest): is not complete"])
            #expect(!found.isRepaired)
            #expect(try await checker.check(repair: true).isRepaired)
            #expect(try await checker.check() == report { $0.blobCount = 1 })
        }
        let writer = CastoreBlobService(in: storage)
        try await writer.running {
            #expect(try await writer.has(lost.digest) == false)
            #expect(try await writer.read(kept.digest)?.collect(upTo: kept.size) == kept.content)
            _ = try await writer.put(lost.content)
            #expect(try await writer.check().isSound)
            #expect(try await writer.read(lost.digest)?.collect(upTo: lost.size) == lost.content)
        }
    }

    private func report(_ change: (inout ObjectCheckReport) -> Void) -> ObjectCheckReport {
        var report = ObjectCheckReport()
        change(&report)
        return report
    }

    private func chunksOfLarge() async throws -> [String] {
        let small = CastoreKeys.chunk(small.digest)
        return try await storage.keys(CastoreKeys.chunks).filter { $0 != small }
    }

    @Test func `a damaged chunk is found`() async throws {
        try await expectMending(lost: large, kept: small, problem: CastoreKeys.chunks) {
            try await storage.damage(try await chunksOfLarge()[0], at: 1000)
        }
    }

    @Test func `a missing chunk is found`() async throws {
        try await expectMending(lost: large, kept: small, problem: "is not there") {
            try await storage.delete([try await chunksOfLarge()[0]])
        }
    }

    @Test func `a damaged blob of one chunk is found`() async throws {
        try await expectMending(lost: small, kept: large, problem: CastoreKeys.chunk(small.digest))
        {
            try await storage.damage(CastoreKeys.chunk(small.digest), at: 500)
        }
    }

    @Test func `a damaged list of chunks is found`() async throws {
        let key = CastoreKeys.index(of: large.digest)
        try await expectMending(lost: large, kept: small, problem: key) {
            try await storage.put(key, ByteBuffer(string: "\u{12}\u{7f}"))
        }
    }

    @Test func `chunks of another blob are found`() async throws {
        let key = CastoreKeys.index(of: large.digest)
        try await expectMending(lost: large, kept: small, problem: "its chunks make the blob") {
            let content = try #require(try await storage.content(of: key, upTo: 1 << 20))
            var index = try CastoreIndex(parsing: content, place: key)
            index.chunks.swapAt(0, 1)
            try await storage.put(key, try index.encoded())
        }
    }

    @Test func `a store with an empty blob is sound`() async throws {
        let service = CastoreBlobService(in: storage)
        try await service.running {
            _ = try await service.put(ByteBuffer())
            #expect(try await service.check() == report { $0.blobCount = 1 })
        }
    }

    @Test func `the one that has repaired writes again what it has removed`() async throws {
        let service = CastoreBlobService(in: storage)
        try await service.running {
            _ = try await service.put(large.content)
            try await storage.damage(try await chunksOfLarge()[0], at: 1000)
            #expect(try await service.check(repair: true).isRepaired)
            _ = try await service.put(large.content)
            #expect(try await CastoreBlobService(in: storage).has(large.digest))
            #expect(try await service.check().isSound)
        }
    }
}
