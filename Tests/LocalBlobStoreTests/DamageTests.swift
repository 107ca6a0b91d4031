// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import Foundation
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

@Suite struct DamageTests {
    private let store: StoreFixture
    private let before = TestBlob(size: 300, seed: 1)
    private let blob = TestBlob(size: 400, seed: 2)
    private let after = TestBlob(size: 500, seed: 3)

    init() throws { store = try StoreFixture() }

    @Test func `a flipped bit is an error that says where, and hurts no neighbour`() async throws {
        try await store.put(before, blob, after)
        let pack = try #require(try store.packs.first)
        let start = try store.offset(of: blob.content) - 56
        for offset in [0, 8, 9, 12, 24, 56, 455].map({ start + $0 }) {
            try store.flipBit(of: pack, at: offset)
            let service = try await store.open()
            let error = await #expect(throws: BlobError.self) {
                _ = try await bytes(of: blob, in: service)
            }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("\(pack)") == true)
            #expect(error?.message.contains("offset \(start)") == true)
            #expect(try await bytes(of: before, in: service) == before.content)
            #expect(try await bytes(of: after, in: service) == after.content)
            try store.flipBit(of: pack, at: offset)
        }
    }

    @Test func `a damaged record does not hide the next ones from a new index`() async throws {
        try await store.put(before, blob, after)
        let pack = try #require(try store.packs.first)
        let start = try store.offset(of: blob.content) - 56
        for offset in [start, start + 12, start + 16, start + 100] {
            try store.flipBit(of: pack, at: offset)
            try await LocalBlobService.rebuildIndex(at: store.path)
            let service = try await store.open()
            #expect(try await service.has(blob.digest) == false)
            #expect(try await bytes(of: before, in: service) == before.content)
            #expect(try await bytes(of: after, in: service) == after.content)
            try store.flipBit(of: pack, at: offset)
        }
    }

    @Test func `a damaged pack header does not lose the records`() async throws {
        try await store.put(before, blob, after)
        let pack = try #require(try store.packs.first)
        try store.flipBit(of: pack, at: 20)
        let service = try await store.open()
        #expect(try await bytes(of: blob, in: service) == blob.content)
        _ = try await service.put(TestBlob(size: 10).content)
        let report = try await service.check()
        #expect(report.recordCount == 4)
        #expect(report.damages.map(\.range) == [0..<64])
    }

    @Test func `a check finds the damage and the blobs that it affects`() async throws {
        let large = TestBlob(size: 900_000, seed: 4)
        try await store.put(before, large, after)
        let service = try await store.open()
        #expect(try await service.check().isSound)

        let chunk = try #require(try await service.chunkList(of: large.digest)?.first)
        let start = try store.offset(of: large.bytes(in: 0..<Int(chunk.size)))
        let pack = try #require(try store.packs.first)
        try store.flipBit(of: pack, at: start + 1000)
        let report = try await service.check()
        #expect(report.isSound == false)
        #expect(report.damages.map(\.file) == [pack.string])
        #expect(report.damages.first?.range.lowerBound == UInt64(start - 56))
        #expect(report.lostDigests == [chunk.digest])
        #expect(report.affectedBlobs.map(\.digest) == [large.digest])
        #expect(try await bytes(of: after, in: service) == after.content)
    }

    @Test func `after a repair the damaged blob is absent and can be put again`() async throws {
        let large = TestBlob(size: 900_000, seed: 4)
        try await store.put(before, large)
        let start = try store.offset(of: large.bytes(in: 0..<1000))
        try store.flipBit(of: try #require(try store.packs.first), at: start)
        let service = try await store.open()
        #expect(try await service.check(repair: true).isSound == false)
        #expect(try await service.has(large.digest) == false)
        _ = try await service.put(large.content)
        #expect(try await bytes(of: large, in: service) == large.content)
        #expect(try await bytes(of: before, in: service) == before.content)
        #expect(try await service.check().affectedBlobs.isEmpty)
    }

    @Test func `a pack that is gone is an error, not an absent blob`() async throws {
        let large = TestBlob(size: 900_000, seed: 4)
        try await store.put(before, large)
        let pack = try #require(try store.packs.first)
        try FileManager.default.removeItem(atPath: pack.string)
        let service = try await store.open()
        await #expect(throws: BlobError.self) { _ = try await bytes(of: before, in: service) }
        let report = try await service.check()
        #expect(report.lostDigests.contains(before.digest))
        #expect(report.affectedBlobs.map(\.digest).contains(large.digest))
        // Others are written into a pack that cannot be taken for the one that is gone.
        _ = try await service.put(after.content)
        #expect(try await bytes(of: after, in: service) == after.content)
        #expect(try store.packs.contains(pack) == false)
        #expect(try await service.check(repair: true).isSound == false)
        _ = try await service.put(large.content)
        #expect(try await bytes(of: large, in: service) == large.content)
        #expect(try await service.check().isSound)
    }

    @Test func `a pack that has gone is damage, and does not keep a service from writing`()
        async throws
    {
        try await store.put(before, options: LocalStoreOptions(durability: .none))
        try FileManager.default.removeItem(atPath: try #require(try store.packs.first).string)
        let service = try await store.open()
        let error = await #expect(throws: BlobError.self) {
            _ = try await bytes(of: before, in: service)
        }
        #expect(error?.code == .corrupt)
        _ = try await service.put(after.content)
        #expect(try await bytes(of: after, in: service) == after.content)
    }

    @Test func `a pack of which nothing can be told is left alone`() async throws {
        try await store.put(before, blob, after)
        let pack = try #require(try store.packs.first)
        for offset in [20, 64 + 30] { try store.flipBit(of: pack, at: offset) }
        let length = try store.contents(of: pack).count
        try store.removeIndex()
        let service = try await store.open()
        #expect(try store.contents(of: pack).count == length)
        #expect(try await service.check().isSound == false)
    }

    @Test func `a blob that looks like a pack is not taken for one`() async throws {
        try await store.put(before, blob, after)
        let pack = try #require(try store.packs.first)
        let inner = TestBlob(ByteBuffer(bytes: try store.contents(of: pack)))
        let other = try StoreFixture()
        try await other.put(inner, after, options: LocalStoreOptions(compression: .none))
        try other.flipBit(of: try #require(try other.packs.first), at: 64 + 8)
        try other.removeIndex()
        let service = try await other.open()
        #expect(try await service.list(after: nil, limit: 10).map(\.digest) == [after.digest])
    }
}
