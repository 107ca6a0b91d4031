// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectStorage
import Synchronization
import SystemPackage
import Testing

@testable import ObjectBlobStore

@Suite struct PackedMaintenanceTests {
    private let time: TestTime
    private let storage: MemoryObjectStorage
    private let blobs = (0..<5).map { TestBlob(size: 400_000 + $0, seed: UInt64($0)) }
    private let small = TestBlob(size: 100, seed: 99)

    init() {
        let time = TestTime()
        self.time = time
        storage = MemoryObjectStorage { time.seconds }
    }

    /// Tells a time that can be changed.
    private final class TestTime: Sendable {
        private let value = Mutex<Int64>(1_000_000)
        var seconds: Int64 { value.withLock { $0 } }
        func pass(_ seconds: Int64) { value.withLock { $0 += seconds } }
    }

    /// Puts each blob by itself, so that there are many packs and index objects.
    private func fill() async throws {
        let service = try await PackedBlobService(in: storage)
        try await service.running {
            for blob in blobs + [small] { _ = try await service.put(blob.content) }
        }
    }

    /// Puts small blobs, all of them into one pack, and returns its key and that of its index object.
    private func putTogether(_ blobs: [TestBlob]) async throws -> (pack: String, index: String) {
        let before = try await storage.keys(PackedFormat.prefix)
        let service = try await PackedBlobService(in: storage)
        try await service.running {
            let staged = try #require(try await service.stage(blobs.map(\.content)))
            try await staged.commit()
        }
        let new = try await storage.keys(PackedFormat.prefix).filter { !before.contains($0) }
        let packs = new.filter { PackObject.name($0) != nil }
        let indexes = new.filter { IndexObject.name($0) != nil }
        #expect(packs.count == 1 && indexes.count == 1)
        return (try #require(packs.first), try #require(indexes.first))
    }

    private func expectAll(_ service: PackedBlobService) async throws {
        for blob in blobs + [small] {
            let content = try await service.read(blob.digest)?.collect(upTo: blob.size)
            #expect(content == blob.content)
        }
    }

    @Test
    func `packs and index objects are put together, and go when others have been there for long`()
        async throws
    {
        try await fill()
        #expect(try await storage.keys(IndexObject.prefix + "store-").count == 1)
        let service = try await PackedBlobService(in: storage)
        let reader = try await PackedBlobService(in: storage)
        #expect(try await reader.list(after: nil, limit: 10).count == 6)
        try await service.running {
            let report = try await service.collectGarbage(olderThan: 7200)
            #expect(report.indexCountBefore == 6 && report.indexCount == 7)
            #expect(report.mergedPackCount == 6 && report.removedPackCount == 0)
            #expect(report.recentPackCount == 0)
            let again = try await service.collectGarbage(olderThan: 7200)
            #expect(again.indexCount == 7 && again.mergedPackCount == 0)
            time.pass(7200)
            let next = try await service.collectGarbage(olderThan: 7200)
            #expect(next.indexCount == 1)
            #expect(next.removedPackCount == 6 && next.recentPackCount == 0)
            #expect(try await storage.keys(PackObject.prefix).count == 1)
            #expect(try await storage.keys(IndexObject.prefix).count == 2)
            try await expectAll(service)
            #expect(try await service.check().isSound)
        }
        // One that does not know of it finds out.
        try await reader.running { try await expectAll(reader) }
    }

    @Test func `a pack that cannot be read for a moment is not given up`() async throws {
        let faulty = FaultyStorage(storage)
        let service = try await PackedBlobService(in: faulty)
        try await service.running {
            _ = try await service.put(blobs[0].content)
            let key = try #require(try await storage.keys(PackObject.prefix).first)
            let content = try #require(try await storage.content(of: key, upTo: 1 << 30))
            try await storage.delete([key])
            await #expect(throws: BlobError.self) {
                try await service.read(blobs[0].digest)?.collect(upTo: blobs[0].size)
            }
            try await storage.put(key, content)
            time.pass(1_000_000)
            _ = try await service.collectGarbage()
            let found = try await service.read(blobs[0].digest)?.collect(upTo: blobs[0].size)
            #expect(found == blobs[0].content)
        }
    }

    @Test func `another store in the same place is not taken for the one that was there`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("index.sqlite")
        for _ in 0..<2 {
            let service = try await PackedBlobService(in: storage, index: path)
            try await service.running {
                _ = try await service.put(blobs[0].content)
                #expect(try await service.check().blobCount == 1)
            }
            let keys = try await storage.keys("")
            let reader = try await PackedBlobService(in: storage)
            #expect(try await reader.has(blobs[0].digest))
            try await storage.delete(keys)
        }
    }

    @Test func `packs that nobody lists go when they are old`() async throws {
        try await fill()
        let faulty = FaultyStorage(storage)
        let broken = try await PackedBlobService(in: faulty)
        await broken.running {
            faulty.fail { kind, key in kind == .put && key.hasPrefix(IndexObject.prefix) }
            let blob = TestBlob(size: 5_000_000, seed: 77)
            await #expect(throws: BlobError.self) { try await broken.put(blob.content) }
        }
        #expect(try await storage.keys(PackObject.prefix).count == 7)
        let service = try await PackedBlobService(in: storage)
        #expect(try await service.collectGarbage().recentPackCount == 1)
        time.pass(86400)
        #expect(try await service.collectGarbage().removedPackCount == 7)
        try await service.running { try await expectAll(service) }
    }

    @Test func `a short age is refused`() async throws {
        let service = try await PackedBlobService(in: storage)
        await #expect(throws: BlobError.self) { try await service.collectGarbage(olderThan: 60) }
    }

    @Test func `damage is found, and what is sound is kept`() async throws {
        try await fill()
        let service = try await PackedBlobService(in: storage)
        try await service.running {
            _ = try await service.collectGarbage(olderThan: 7200)
            let listed = try await service.list(after: nil, limit: 10)
            #expect(listed.count == 6)
            let keys = try await storage.keys(PackObject.prefix)
            // The one that the others were put together in.
            let sizes = try await keys.asyncMap { try await storage.head($0)?.size ?? 0 }
            let key = try #require(zip(keys, sizes).max { $0.1 < $1.1 }?.0)
            time.pass(7200)
            #expect(try await service.collectGarbage(olderThan: 7200).removedPackCount == 6)
            try await storage.damage(key, at: 500_000)
        }
        let checker = try await PackedBlobService(in: storage)
        try await checker.running {
            let report = try await checker.check()
            #expect(report.problems.count == 1 && !report.isRepaired)
            let repaired = try await checker.check(repair: true)
            #expect(repaired.isRepaired && repaired.brokenBlobs.count <= 1, "\(repaired)")
            #expect(try await checker.check().isSound)
            var lostCount = 0
            for blob in blobs + [small] {
                guard let body = try await checker.read(blob.digest) else {
                    lostCount += 1
                    _ = try await checker.put(blob.content)
                    continue
                }
                #expect(try await body.collect(upTo: blob.size) == blob.content)
            }
            #expect(lostCount == 1)
            try await expectAll(checker)
            #expect(try await checker.check().isSound)
        }
    }

    @Test func `a pack that is gone is found`() async throws {
        try await fill()
        let keys = try await storage.keys(PackObject.prefix)
        try await storage.delete([keys[0]])
        let service = try await PackedBlobService(in: storage)
        try await service.running {
            let report = try await service.check(repair: true)
            #expect(report.problems.count == 1 && report.problems[0].contains("is gone"))
            #expect(try await service.check().isSound)
            for blob in blobs + [small] where try await service.has(blob.digest) == false {
                _ = try await service.put(blob.content)
            }
            try await expectAll(service)
        }
    }

    @Test func `what is listed as before is not removed by a repair`() async throws {
        let service = try await PackedBlobService(in: storage)
        try await service.running {
            _ = try await service.put(blobs[0].content)
            let first = try await storage.keys(PackObject.prefix)
            _ = try await service.put(blobs[1].content)
            let second = try await storage.keys(PackObject.prefix).filter { !first.contains($0) }
            try await storage.delete(second)
            #expect(try await service.check(repair: true).isRepaired)
            #expect(try await service.check().isSound)
            let found = try await service.read(blobs[0].digest)?.collect(upTo: blobs[0].size)
            #expect(found == blobs[0].content)
            #expect(try await service.has(blobs[1].digest) == false)
        }
    }

    @Test func `damage of an index object is an error that names it, and is mended`() async throws {
        try await fill()
        let keys = try await storage.keys(IndexObject.prefix).filter { IndexObject.name($0) != nil }
        try await storage.damage(keys[0], at: 100)
        let service = try await PackedBlobService(in: storage)
        do {
            _ = try await service.list(after: nil, limit: 1)
            Issue.record("no error")
        } catch {
            #expect(error.code == .corrupt && error.message.contains(keys[0]))
        }
        await #expect(throws: BlobError.self) { try await service.collectGarbage() }
        try await service.running {
            #expect(try await service.check().problems.count == 1)
            #expect(try await service.check(repair: true).isRepaired)
            #expect(try await service.check().isSound)
            try await expectAll(service)
        }
    }

    @Test func `what is sound of a damaged pack is kept if its index object is damaged as well`()
        async throws
    {
        _ = try await putTogether([small])
        let some = (0..<4).map { TestBlob(size: 1000 + $0, seed: UInt64(200 + $0)) }
        let (pack, index) = try await putTogether(some)
        let finder = try await PackedBlobService(in: storage)
        let found = try await finder.index.location(of: some[1].digest, as: .blob)
        let place = try #require(found)
        try await storage.damage(pack, at: Int(place.position) + 100)
        try await storage.damage(index, at: 100)
        let checker = try await PackedBlobService(in: storage)
        try await checker.running {
            let report = try await checker.check(repair: true)
            #expect(report.isRepaired && report.brokenBlobs.isEmpty, "\(report)")
            #expect(report.problems.count == 2, "\(report)")
            for key in [pack, index] {
                let isNamed = report.problems.contains { $0.contains(key) }
                #expect(isNamed, "\(report)")
            }
            for blob in [small, some[0], some[2], some[3]] {
                let content = try await checker.read(blob.digest)?.collect(upTo: blob.size)
                #expect(content == blob.content)
            }
            #expect(try await checker.has(some[1].digest) == false)
            #expect(try await checker.check().isSound)
        }
    }

    @Test func `the only index object is damaged, and is written again under its name`()
        async throws
    {
        let (_, index) = try await putTogether([small])
        try await storage.damage(index, at: 100)
        let checker = try await PackedBlobService(in: storage)
        try await checker.running {
            // It is known to be damaged, and must be looked at again all the same.
            await #expect(throws: BlobError.self) { try await checker.has(small.digest) }
            #expect(try await checker.check(repair: true).isRepaired)
            let content = try await checker.read(small.digest)?.collect(upTo: small.size)
            #expect(content == small.content)
            let report = try await checker.check()
            #expect(report.isSound && report.blobCount == 1, "\(report)")
        }
    }

    @Test func `a damaged index object is not read again for each blob that is not known`()
        async throws
    {
        let damaged = try await putTogether([small])
        let other = TestBlob(size: 200, seed: 98)
        _ = try await putTogether([other])
        try await storage.damage(damaged.index, at: 100)
        let reader = try await PackedBlobService(in: storage)
        for getCount in [2, 0, 0] {
            let before = storage.requests.counts
            let error = await #expect(throws: BlobError.self) {
                try await reader.has(blobs[0].digest)
            }
            #expect(error?.code == .corrupt && error?.message.contains(damaged.index) == true)
            let counts = storage.requests.counts.since(before)
            #expect(counts[.list] == 1 && counts[.get] == getCount, "\(counts)")
        }
        #expect(try await reader.has(other.digest))
        // It is in nobody's way any more when it has gone.
        try await storage.delete([damaged.index])
        #expect(try await reader.has(blobs[0].digest) == false)
    }
}

extension Array {
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
