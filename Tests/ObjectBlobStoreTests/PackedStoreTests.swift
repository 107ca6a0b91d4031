// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import BlobStoreTesting
import Chunking
import Foundation
import NIOCore
import ObjectStorage
import Synchronization
import SystemPackage
import Testing

@testable import ObjectBlobStore

@Suite struct PackedStoreTests {
    private let storage = MemoryObjectStorage()
    private let large = TestBlob(size: 3_000_000, seed: 1)

    private func service(_ storage: (any ObjectStorage)? = nil) async throws -> PackedBlobService {
        try await PackedBlobService(in: storage ?? self.storage)
    }

    /// Puts small blobs, all of them into one pack.
    private func putSmall(
        _ count: Int,
        _ service: PackedBlobService
    ) async throws -> (blobs: [TestBlob], packByteCount: Int) {
        let blobs = (0..<count).map { TestBlob(size: 100 + $0, seed: UInt64(1000 + $0)) }
        try await service.stage(blobs.map(\.content))?.commit()
        let packs = try await storage.keys(PackObject.prefix)
        #expect(packs.count == 1)
        let key = try #require(packs.first)
        let pack = try #require(try await storage.head(key))
        return (blobs, Int(pack.size))
    }

    @Test func `many small blobs cost few requests`() async throws {
        let service = try await service()
        try await service.running {
            let (blobs, _) = try await putSmall(500, service)
            let written = storage.requests.counts
            // A pack and an index object, what is said of a new store, and how large the pack is.
            #expect(written.total < 12, "\(written)")
            for blob in blobs {
                let content = try await service.read(blob.digest)?.collect(upTo: blob.size)
                #expect(content == blob.content)
            }
            // Of one pack, ever larger parts.
            let counts = storage.requests.counts.since(written)
            #expect(counts.total < 8, "\(counts)")
            #expect(counts.receivedByteCount < 2 * written.sentByteCount, "\(counts)")
        }
    }

    @Test func `blobs that are staged together are there when they are committed`() async throws {
        let service = try await service()
        try await service.running {
            let blobs = [0, 1, 100, 100_000, service.stagingByteLimit].map {
                TestBlob(size: $0, seed: 5)
            }
            _ = try await service.put(blobs[2].content)
            let contents = blobs.map(\.content) + [blobs[1].content]
            let staged = try #require(try await service.stage(contents))
            #expect(staged.digests == blobs.map(\.digest) + [blobs[1].digest])
            try await staged.commit()
            let other = try await self.service()
            for blob in blobs {
                let found = try await other.read(blob.digest)?.collect(upTo: blob.size)
                #expect(found == blob.content)
            }
            // Twice the same is once.
            #expect(try await other.list(after: nil, limit: 10).count == blobs.count)
            let before = storage.requests.counts
            try await service.stage(contents)?.commit()
            #expect(storage.requests.counts.since(before).total == 0)
            let large = TestBlob(size: service.stagingByteLimit + 1, seed: 6)
            await #expect(throws: BlobError.self) { try await service.stage([large.content]) }
        }
    }

    @Test func `what is staged and lost is not committed`() async throws {
        let faulty = FaultyStorage(storage)
        let service = try await service(faulty)
        try await service.running {
            let staged = try #require(try await service.stage([ByteBuffer(string: "lost")]))
            faulty.fail { kind, key in kind == .put && key.hasPrefix(PackObject.prefix) }
            await #expect(throws: BlobError.self) { try await staged.commit() }
            faulty.fail { _, _ in false }
            await #expect(throws: BlobError.self) { try await staged.commit() }
            #expect(try await service.has(staged.digests[0]) == false)
        }
    }

    @Test func `a chunk of a blob can be staged as a blob`() async throws {
        let service = try await service()
        try await service.running {
            _ = try await service.put(large.content)
            let chunks = try #require(try await service.chunkList(of: large.digest))
            // One that ends soon after the first chunk.
            let start = Int(try #require(chunks.first).size)
            let digest = try await service.put(large.bytes(in: 0..<start + 1000))
            let content = large.bytes(in: start..<start + 1000)
            let last = try #require(try await service.chunkList(of: digest)?.last)
            #expect(last.digest == BLAKE3Digest(hashing: content.readableBytesSpan))
            #expect(try await service.list(after: nil, limit: 10).count == 2)
            try await service.stage([content])?.commit()
            #expect(try await service.list(after: nil, limit: 10).count == 3)
        }
    }

    @Test func `all that is asked for at once comes in few parts`() async throws {
        let writer = try await service()
        let (blobs, packByteCount) = try await writer.running { try await putSmall(1000, writer) }
        let reader = try await service()
        try await reader.running {
            // Whoever comes first learns what there is.
            #expect(try await reader.has(blobs[0].digest))
            let before = storage.requests.counts
            try await withThrowingTaskGroup(of: Void.self) { group in
                // In an order that has nothing to do with that in the pack.
                for blob in blobs.sorted(by: { $0.digest < $1.digest }) {
                    group.addTask {
                        let content = try await reader.read(blob.digest)?.collect(upTo: blob.size)
                        #expect(content == blob.content)
                    }
                }
                try await group.waitForAll()
            }
            // Whoever comes when: each part of 64 KiB, and each blob that is in two of them.
            let counts = storage.requests.counts.since(before)
            let partCount = packByteCount / (64 << 10) + 1
            #expect(counts.total < 2 * partCount, "\(counts)")
        }
    }

    @Test func `what is known costs no request, and what is not one`() async throws {
        let service = try await service()
        try await service.running {
            _ = try await service.put(large.content)
            let before = storage.requests.counts
            #expect(try await service.stat(large.digest)?.size == UInt64(large.size))
            #expect(storage.requests.counts.since(before).total == 0)
            #expect(try await service.chunkList(of: large.digest)?.isEmpty == false)
            #expect(storage.requests.counts.since(before).total <= 1)
            let absent = (0..<10).map { TestBlob(size: 10, seed: UInt64($0)).digest }
            let asked = storage.requests.counts
            #expect(try await service.missing(among: absent) == absent)
            #expect(storage.requests.counts.since(asked).total == 1)
        }
    }

    @Test func `a part of a blob costs no more than what it is in`() async throws {
        let service = try await service()
        try await service.running {
            _ = try await service.put(large.content)
            let chunks = try #require(try await service.chunkList(of: large.digest))
            let number = chunks.count / 2
            // Far from the ends of a chunk, so that nothing of another one is needed.
            let half = Int(chunks[number].size) / 2
            let start = chunks[..<number].reduce(half) { $0 + Int($1.size) }
            let other = try await self.service()
            try await other.running {
                let before = storage.requests.counts
                let range = ByteRange(from: UInt64(start), upTo: UInt64(start + 1000))
                let part = try await other.read(large.digest, in: range)?.collect(upTo: 1000)
                #expect(part == large.bytes(in: start..<start + 1000))
                // The last chunk proves the size. The description is read with what is next to it,
                // 64 KiB together, and the index object is smaller than that.
                let needed = Int(chunks[number].size + chunks[chunks.count - 1].size)
                let received = storage.requests.counts.since(before).receivedByteCount
                #expect(received < needed + 2 * (64 << 10), "\(received), \(needed)")
            }
        }
    }

    @Test func `what others write is found`() async throws {
        let (first, second) = (try await service(), try await service())
        try await first.running {
            try await second.running {
                for seed in 0..<4 as Range<UInt64> {
                    let blob = TestBlob(size: 700_000, seed: seed)
                    let (writer, reader) =
                        seed.isMultiple(of: 2) ? (first, second) : (second, first)
                    _ = try await writer.put(blob.content)
                    #expect(try await reader.has(blob.digest))
                    let content = try await reader.read(blob.digest)?.collect(upTo: blob.size)
                    #expect(content == blob.content)
                }
            }
        }
    }

    @Test func `writers without coordination do no harm`() async throws {
        let services = [try await service(), try await service(), try await service()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, service) in services.enumerated() {
                group.addTask {
                    try await service.running {
                        for seed in 0..<3 {
                            // Some are equal.
                            let blob = TestBlob(size: 900_000, seed: UInt64(seed + number))
                            _ = try await service.put(blob.content)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let reader = try await service()
        try await reader.running {
            for seed in 0..<5 as Range<UInt64> {
                let blob = TestBlob(size: 900_000, seed: seed)
                let content = try await reader.read(blob.digest)?.collect(upTo: blob.size)
                #expect(content == blob.content)
            }
            #expect(try await reader.list(after: nil, limit: 10).count == 5)
            #expect(try await reader.check().isSound)
        }
    }

    @Test(arguments: [IndexObject.prefix, PackObject.prefix, "packed/format"])
    func `what could not be sent is not there, and can be put again`(prefix: String) async throws {
        let faulty = FaultyStorage(storage)
        let service = try await service(faulty)
        try await service.running {
            faulty.fail { kind, key in kind == .put && key.hasPrefix(prefix) }
            await #expect(throws: BlobError.self) { try await service.put(large.content) }
            #expect(try await service.has(large.digest) == false)
            faulty.fail { _, _ in false }
            _ = try await service.put(large.content)
            let content = try await service.read(large.digest)?.collect(upTo: large.size)
            #expect(content == large.content)
            #expect(try await service.check().isSound)
        }
    }

    @Test func `a write that relies on what was lost fails`() async throws {
        let faulty = FaultyStorage(storage)
        let service = try await service(faulty)
        try await service.running {
            var writer = try await BlobWriter(to: service)
            try await writer.write(large.content)
            faulty.fail { kind, _ in kind == .put }
            await #expect(throws: BlobError.self) {
                try await service.put(TestBlob(size: 10, seed: 5).content)
            }
            faulty.fail { _, _ in false }
            do {
                _ = try await writer.finish()
                Issue.record("no error")
            } catch let error as BlobError {
                #expect(error.code == .unavailable)
            }
            _ = try await service.put(large.content)
            #expect(try await service.check().isSound)
        }
    }

    @Test func `the index of this machine can be thrown away, or be of no use`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("index.sqlite")
        for content in [nil, "this is no database"] as [String?] {
            if let content {
                let file = try FileDescriptor.open(path, .writeOnly, options: [.truncate])
                try file.writeAll(content.utf8)
                try file.close()
            }
            let service = try await PackedBlobService(in: storage, index: path)
            try await service.running {
                _ = try await service.put(large.content)
                #expect(try await service.has(large.digest))
            }
        }
        let before = storage.requests.counts
        let service = try await PackedBlobService(in: storage, index: path)
        #expect(try await service.has(large.digest))
        #expect(storage.requests.counts.since(before).total == 1)
    }

    @Test func `who has an index goes on with it when another takes its place`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("index.sqlite")
        let first = try PackIndex(at: path)
        #expect(try first.setStore("first") == false)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path.string + suffix)
        }
        let second = try PackIndex(at: path)
        #expect(try first.hasStore())
        #expect(try second.hasStore() == false)
    }

    @Test func `a blob is not listed without its chunks`() async throws {
        let faulty = FaultyStorage(storage)
        let service = try await service(faulty)
        let blob = TestBlob(size: 40_000_000, seed: 3)
        try await service.running {
            // The first pack is lost, and those that follow could be sent.
            let lost = Countdown(1)
            faulty.fail { kind, key in
                kind == .put && key.hasPrefix(PackObject.prefix) && lost.take()
            }
            await #expect(throws: BlobError.self) { try await service.put(blob.content) }
            _ = try await service.put(large.content)
            #expect(try await service.has(blob.digest) == false)
            #expect(try await self.service(storage).has(blob.digest) == false)
            #expect(try await service.check().isSound)
        }
    }

    @Test func `content like a page of hashes is a blob all the same`() async throws {
        let service = try await service()
        let blob = TestBlob(size: 70 << 20, seed: 4)
        try await service.running {
            _ = try await service.put(blob.content)
            let pages = try service.index.known.packNames()
                .flatMap { try service.index.known.pack($0).records }
                .filter { $0.kind == .page }
            let page = try #require(pages.first)
            #expect(try await service.has(page.digest) == false)
            var hasher = TreeHasher()
            hasher.update(blob.content.readableBytesSpan)
            _ = hasher.finalize()
            let content = HashTreeRecord.page(of: Array(hasher.takeValues().prefix(4096)))
            #expect(try await service.put(content) == page.digest)
            let found = try await service.read(page.digest)?.collect(upTo: 1 << 20)
            #expect(found == content)
        }
    }

    @Test func `a split blob can be a chunk of another`() async throws {
        let small = try await service()
        let part = TestBlob(size: 600_000, seed: 6)
        let parameters = try ChunkingParameters(
            minimum: 512 << 10,
            average: 1 << 20,
            maximum: 2 << 20
        )
        let coarse = try await PackedBlobService(in: storage, chunking: parameters)
        try await small.running {
            _ = try await small.put(part.content)
            try await coarse.running {
                #expect(try await coarse.put(part.content) == part.digest)
                var content = TestBlob(size: 3_000_000, seed: 7).content
                content.writeImmutableBuffer(part.content)
                let whole = TestBlob(content)
                _ = try await coarse.put(whole.content)
                let found = try await coarse.read(whole.digest)?.collect(upTo: whole.size)
                #expect(found == whole.content)
            }
        }
    }

    @Test func `another format is refused`() async throws {
        try await storage.put("packed/format", ByteBuffer(string: "blobstore packed 9\n"))
        let service = try await service()
        await service.running {
            _ = await #expect(throws: BlobError.self) { try await service.put(large.content) }
        }
    }
}
