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

    /// Passes on the bytes of a blob, and not its hashes.
    private final class ForgetfulSink: BlobSink {
        private let base: any BlobSink

        init(_ base: any BlobSink) { self.base = base }

        func append(_ bytes: ByteBuffer) async throws(BlobError) { try await base.append(bytes) }

        func commit(_ blob: VerifiedBlob) async throws(BlobError) { try await base.commit(blob) }

        func abort() { base.abort() }
    }

    private struct Forgetful<Base: BlobService>: WrappingBlobService {
        let base: Base

        func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
            ForgetfulSink(try await base.makeSink(hint))
        }
    }

    /// Puts a blob whose description says nothing of its hashes.
    private func putWithoutHashes(_ blob: TestBlob) async throws {
        let writer = try await PackedBlobService(in: storage, chunking: .ofOneMebibyte)
        try await writer.running { _ = try await Forgetful(base: writer).put(blob.content) }
        let place = try #require(try await writer.index.location(of: blob.digest, as: .blob))
        let descriptions = PackedDescriptions(PackReader(writer.index, writer.codec))
        let description = try await descriptions.description(at: place)
        #expect(description.hashTree == nil)
    }

    private func expectPart(
        at start: Int,
        of blob: TestBlob,
        _ service: PackedBlobService
    ) async throws {
        let range = ByteRange(from: UInt64(start), upTo: UInt64(start + 1000))
        let part = try await service.read(blob.digest, in: range)?.collect(upTo: 1000)
        #expect(part == blob.bytes(in: start..<start + 1000))
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
