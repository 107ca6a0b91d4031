// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectStorage
import Testing

@testable import ObjectBlobStore

@Suite struct CastoreHashTests {
    private let storage = MemoryObjectStorage()

    private func expectPart(
        at start: Int,
        of blob: TestBlob,
        _ service: CastoreBlobService
    ) async throws {
        let range = ByteRange(from: UInt64(start), upTo: UInt64(start + 1000))
        let part = try await service.read(blob.digest, in: range)?.collect(upTo: 1000)
        #expect(part == blob.bytes(in: start..<start + 1000))
    }

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
}
