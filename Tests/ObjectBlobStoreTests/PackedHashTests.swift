// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import BlobStoreTesting
import Chunking
import NIOCore
import ObjectStorage
import Testing

@testable import ObjectBlobStore

@Suite struct PackedHashTests {
    private let storage = MemoryObjectStorage()

    /// Puts a blob whose description says nothing of its hashes.
    private func putWithoutHashes(_ blob: TestBlob) async throws {
        let writer = try await PackedBlobService(in: storage, chunking: .ofOneMebibyte)
        try await writer.running { _ = try await ForgetfulBlobService(writer).put(blob.content) }
        let place = try #require(try await writer.index.location(of: blob.digest, as: .blob))
        let descriptions = PackedDescriptions(PackReader(writer.index, writer.codec))
        let description = try await descriptions.description(at: place)
        #expect(description.hashTree == nil)
    }

    /// The larger one has pages of hashes, which cannot be written.
    @Test(arguments: [false, true])
    func `parts of a blob without hashes are read where nothing can be written`(
        isLarge: Bool
    ) async throws {
        let blob = isLarge ? TestBlob.ofTwoHashPages : TestBlob(size: 3_000_000, seed: 4)
        try await putWithoutHashes(blob)
        let faulty = FaultyStorage(storage, failingWith: .refused)
        faulty.fail { kind, _ in kind == .put }
        let reader = try await PackedBlobService(in: faulty)
        try await reader.running {
            // All of the blob is read for its hashes, once.
            try await expectPart(at: blob.size / 2, of: blob, reader)
            #expect(storage.requests.counts.receivedByteCount < UInt64(blob.size + 4 << 20))
            let before = storage.requests.counts
            try await expectPart(at: blob.size / 3, of: blob, reader)
            // One chunk, as the hashes are kept.
            let received = storage.requests.counts.since(before).receivedByteCount
            #expect(received < 2 << 20, "\(received)")
        }
    }
}
