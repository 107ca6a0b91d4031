// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import BlobStoreTesting
import NIOCore
import Testing

/// Answers that would be larger than what decoders of peers take.
@Suite struct MessageLimitTests {
    /// A service that says of each blob that it is cut into many chunks.
    private struct Shredder: WrappingBlobService {
        let base = MemoryBlobService()
        let chunkCount: Int

        func stat(
            _ digest: BLAKE3Digest,
            _ wanted: StatOptions
        ) async throws(BlobError) -> BlobInfo? {
            let chunk = ChunkReference(digest: TestBlob(size: 1).digest, size: 1)
            let chunks = Array(repeating: chunk, count: chunkCount)
            return BlobInfo(size: UInt64(chunkCount), chunks: wanted.chunks ? chunks : nil)
        }
    }

    @Test func `a chunk list that fits a message is sent`() async throws {
        let digest = TestBlob(size: 100).digest
        try await TestServer(Shredder(chunkCount: 50_000)).run { remote in
            let info = try await remote.stat(digest, StatOptions(chunks: true))
            #expect(info?.chunks?.count == 50_000)
        }
    }

    @Test func `a chunk list that does not fit a message is left out`() async throws {
        let digest = TestBlob(size: 100).digest
        try await TestServer(Shredder(chunkCount: 110_000)).run { remote in
            let info = try await remote.stat(digest, StatOptions(chunks: true))
            #expect(info == BlobInfo(size: 110_000, chunks: []))
        }
    }

    @Test func `many digests are asked about in several requests`() async throws {
        let service = MemoryBlobService()
        let blob = try await service.put(TestBlob(size: 10).content)
        var digests = (0..<40_000).map { number in
            BLAKE3Digest(hashing: ByteBuffer(integer: number).readableBytesSpan)
        }
        digests.insert(blob, at: 30_000)
        let expected = digests.filter { $0 != blob }
        try await TestServer(service).run { remote in
            let missing = try await remote.missing(among: digests)
            #expect(missing == expected)
        }
    }
}
