// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import BlobStoreTesting
import Chunking
import NIOCore
import ObjectStorage
import Testing

@testable import ObjectBlobStore

@Suite struct CastoreHashTests {
    private let storage = MemoryObjectStorage()

    /// The larger one has pages of hashes beside those that lead to its digest.
    @Test(arguments: [(3_000_000, 1), (65 << 20, 3)])
    func `a place that can only be read keeps hashes in memory`(
        size: Int,
        hashObjectCount: Int
    ) async throws {
        let blob = TestBlob(size: size, seed: 4)
        let writer = CastoreBlobService(in: storage)
        try await writer.running { _ = try await writer.put(blob.content) }
        let hashes = try await storage.keys(CastoreKeys.hashes)
        #expect(hashes.count == hashObjectCount)
        try await storage.delete(hashes)
        let faulty = FaultyStorage(storage, failingWith: .refused)
        faulty.fail { kind, _ in kind == .put }
        let reader = CastoreBlobService(in: faulty)
        try await reader.running {
            // All of the blob is read for its hashes.
            try await expectPart(at: size / 2, of: blob, reader)
            let before = storage.requests.counts
            try await expectPart(at: size / 3, of: blob, reader)
            let range = ByteRange(from: UInt64(size / 2), upTo: UInt64(size / 2 + 1000))
            let outboard = try #require(try await reader.outboard(of: blob.digest, in: range))
            #expect(outboard.tree.size == UInt64(size))
            let bytes = outboard.tree.bytes(ofGroups: outboard.groups)
            let content = blob.bytes(in: Int(bytes.lowerBound)..<Int(bytes.upperBound))
            try outboard.check(content.readableBytesSpan, at: outboard.groups.lowerBound)
            // Two chunks at most, as there need be no hashes any more.
            let received = storage.requests.counts.since(before).receivedByteCount
            #expect(received < 2 * (512 << 10) + 1000, "\(received)")
        }
        #expect(try await storage.keys(CastoreKeys.hashes).isEmpty)
    }

    @Test func `those who want parts of a blob without hashes at once read it once`() async throws {
        let blob = TestBlob(size: 3_000_000, seed: 5)
        let writer = CastoreBlobService(in: storage)
        try await writer.running { _ = try await writer.put(blob.content) }
        try await storage.delete(try await storage.keys(CastoreKeys.hashes))
        let reader = CastoreBlobService(in: storage)
        try await reader.running {
            let before = storage.requests.counts
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask { try await expectPart(at: number * 300_000, of: blob, reader) }
                }
                try await group.waitForAll()
            }
            // Each chunk once for the hashes; parts come from the chunks that were read last.
            let received = storage.requests.counts.since(before).receivedByteCount
            #expect(received < 4_500_000, "\(received)")
        }
    }

    @Test func `pages of hashes that are damaged or gone are made anew of the blob`() async throws {
        let blob = TestBlob.ofTwoHashPages
        let writer = CastoreBlobService(in: storage, chunking: try .ofOneMebibyte)
        try await writer.running { _ = try await writer.put(blob.content) }
        let top = CastoreKeys.hashes(blob.digest)
        let pages = try await storage.keys(CastoreKeys.hashes).filter { $0 != top }
        #expect(pages.count == 2)
        let faulty = FaultyStorage(storage, failingWith: .refused)
        faulty.fail { kind, _ in kind == .put }

        func expectParts() async throws {
            let reader = CastoreBlobService(in: faulty)
            try await reader.running {
                try await expectPart(at: blob.size / 2, of: blob, reader)
                let before = storage.requests.counts
                try await expectPart(at: blob.size / 3, of: blob, reader)
                // One chunk, as what has been made is kept.
                let received = storage.requests.counts.since(before).receivedByteCount
                #expect(received < 2 << 20, "\(received)")
            }
        }
        try await storage.damage(pages[0], at: 1000)
        try await expectParts()
        try await storage.delete(pages)
        try await expectParts()
        #expect(try await storage.keys(CastoreKeys.hashes) == [top])
    }
}
