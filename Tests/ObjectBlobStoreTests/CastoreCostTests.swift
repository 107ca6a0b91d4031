// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectStorage
import Testing

@testable import ObjectBlobStore

@Suite struct CastoreCostTests {
    private let storage = MemoryObjectStorage()
    private let large = TestBlob(size: 3_000_000, seed: 1)

    private func chunkList(
        of blob: TestBlob,
        _ service: CastoreBlobService
    ) async throws -> [ChunkReference] {
        try #require(try await service.chunkList(of: blob.digest))
    }

    @Test func `blobs that are put at once send each chunk that they share once`() async throws {
        var content = large.content
        content.writeImmutableBuffer(TestBlob(size: 1000, seed: 2).content)
        let (first, second) = (large, TestBlob(content))
        let service = CastoreBlobService(in: storage)
        try await service.running {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for blob in [first, second] {
                    group.addTask { _ = try await service.put(blob.content) }
                }
                try await group.waitForAll()
            }
            let counts = storage.requests.counts
            let chunks = try await chunkList(of: first, service)
            let others = try await chunkList(of: second, service)
            let all = Set(chunks + others)
            #expect(chunks.count > 5 && all.count <= chunks.count + 2)
            #expect(try await storage.keys(CastoreKeys.chunks).count == all.count)
            // Each blob has a list of chunks, which is asked for first, and hashes, which are not.
            #expect(counts[.head] == all.count + 2, "\(counts)")
            #expect(counts[.put] == all.count + 2 + 2, "\(counts)")
            #expect(counts[.get] == 0 && counts[.list] == 0, "\(counts)")
        }
    }

    @Test func `who puts a blob again does not ask for its chunks`() async throws {
        let service = CastoreBlobService(in: storage)
        try await service.running {
            _ = try await service.put(large.content)
            let chunkCount = try await chunkList(of: large, service).count
            let before = storage.requests.counts
            #expect(try await service.put(large.content) == large.digest)
            let again = storage.requests.counts.since(before)
            // Hashes may be sent again.
            #expect(again[.head] == 0 && again[.get] == 0 && again[.put] <= 1, "\(again)")
            let other = CastoreBlobService(in: storage)
            try await other.running {
                let before = storage.requests.counts
                _ = try await other.put(large.content)
                // Somebody else asks for everything once, and sends no content.
                let counts = storage.requests.counts.since(before)
                #expect(counts[.head] == chunkCount + 1, "\(counts)")
                #expect(counts[.get] == 0 && counts[.put] <= 1, "\(counts)")
                #expect(counts.sentByteCount < 10_000, "\(counts)")
            }
        }
    }

    // MARK: parts

    /// A part far from the ends of a chunk, so that nothing of another one is needed.
    private func middle(of number: Int, _ chunks: [ChunkReference]) -> Range<Int> {
        let half = Int(chunks[number].size) / 2
        let start = chunks[..<number].reduce(half) { $0 + Int($1.size) }
        return start..<start + 1000
    }

    /// Reads a part of a blob, and returns what that has cost.
    private func cost(
        of range: Range<Int>,
        _ blob: TestBlob,
        _ service: CastoreBlobService
    ) async throws -> RequestCounts {
        let before = storage.requests.counts
        let wanted = ByteRange(from: UInt64(range.lowerBound), upTo: UInt64(range.upperBound))
        let part = try await service.read(blob.digest, in: wanted)?.collect(upTo: range.count)
        #expect(part == blob.bytes(in: range))
        return storage.requests.counts.since(before)
    }

    private func storedByteCount(_ keys: [String]) async throws -> Int {
        var byteCount = 0
        for key in keys {
            let object = try #require(try await storage.head(key))
            byteCount += Int(object.size)
        }
        return byteCount
    }

    @Test func `a part of a blob costs no more than what it is in`() async throws {
        let blob = TestBlob(size: 10_000_000, seed: 3)
        let writer = CastoreBlobService(in: storage)
        try await writer.running { _ = try await writer.put(blob.content) }
        let reader = CastoreBlobService(in: storage)
        try await reader.running {
            let chunks = try await chunkList(of: blob, writer)
            let keys = chunks.map { CastoreKeys.chunk($0.digest) }
            let half = chunks.count / 2
            // The end of a blob proves its size.
            let needed = try await storedByteCount(
                [CastoreKeys.index(of: blob.digest), CastoreKeys.hashes(blob.digest), keys[half]]
                    + keys.suffix(1)
            )
            let first = try await cost(of: middle(of: half, chunks), blob, reader)
            #expect(first[.get] == 4 && first.total == 4, "\(first)")
            #expect(first.receivedByteCount == needed, "\(first)")
            // Everything but the chunk is known by now.
            let next = try await cost(of: middle(of: 1, chunks), blob, reader)
            #expect(next[.get] == 1 && next.total == 1, "\(next)")
            let chunkByteCount = try await storedByteCount([keys[1]])
            #expect(next.receivedByteCount == chunkByteCount, "\(next)")
        }
    }
}
