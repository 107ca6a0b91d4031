// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobRecords
import BlobStore
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@testable import LocalBlobStore

@Suite struct HashTreeTests {
    private let store: StoreFixture
    private let text = TestBlob(textOfSize: 700_000)
    private let blob = TestBlob(size: 900_001, seed: 5)

    init() throws { store = try StoreFixture() }

    /// The outboard of a blob, computed from its content.
    private func outboard(of blob: TestBlob) throws -> Outboard {
        var hasher = TreeHasher()
        hasher.update(blob.content.readableBytesSpan)
        let digest = hasher.finalize()
        let tree = HashTree(size: UInt64(blob.size))
        return try Outboard(digest, tree, values: hasher.takeValues())
    }

    private func expectOutboard(
        of blob: TestBlob,
        in service: LocalBlobService
    ) async throws {
        #expect(try await service.outboard(of: blob.digest, in: .all) == outboard(of: blob))
    }

    /// Puts a store in place that was made before there were hash trees, with `text` in it.
    private func copyOldStore() throws {
        let old = try #require(Bundle.module.url(forResource: "store-v1", withExtension: nil))
        try FileManager.default.copyItem(at: old, to: URL(filePath: store.path.string))
    }

    @Test func `an old store gets a hash tree with the first need`() async throws {
        try copyOldStore()
        let pack = try #require(try store.packs.first)
        let before = try store.contents(of: pack)
        let service = try await store.open()
        #expect(try service.index.hashTree(of: text.digest) == nil)
        let range = ByteRange(from: 300_000, upTo: 300_010)
        let part = try await service.read(text.digest, in: range)?.collect(upTo: 10)
        #expect(part == text.bytes(in: 300_000..<300_010))
        #expect(try service.index.hashTree(of: text.digest) != nil)
        try await expectOutboard(of: text, in: service)
        // Programs that know nothing of hash trees may be reading the old pack.
        #expect(try store.contents(of: pack) == before)
        #expect(try store.packs.count == 2)
    }

    @Test func `a check gives an old store its hash trees`() async throws {
        try copyOldStore()
        let service = try await store.open()
        #expect(try await service.check().isSound)
        #expect(try service.index.hashTree(of: text.digest) != nil)
        try await expectOutboard(of: text, in: service)
    }

    @Test func `an old store that cannot be written to can be read`() async throws {
        try copyOldStore()
        let service = try await store.open()
        service.chunks.log.fail(BlobError(.refused, "no room"))
        #expect(try await bytes(of: text, in: service) == text.content)
        try await expectOutboard(of: text, in: service)
        #expect(try service.index.hashTree(of: text.digest) == nil)
    }

    @Test func `a blob that comes without hashes gets its tree later`() async throws {
        let service = try await store.open()
        #expect(try await ForgetfulBlobService(service).put(blob.content) == blob.digest)
        #expect(try service.index.hashTree(of: blob.digest) == nil)
        #expect(try await bytes(of: blob, in: service) == blob.content)
        try await expectOutboard(of: blob, in: service)
        let memory = ForgetfulBlobService(MemoryBlobService())
        _ = try await memory.put(blob.content)
        #expect(try await memory.outboard(of: blob.digest, in: .all) == nil)
    }

    @Test func `a lost index gets the hash trees back from the packs`() async throws {
        try await store.put(blob)
        try store.removeIndex()
        let service = try await store.open()
        #expect(try service.index.hashTree(of: blob.digest) != nil)
    }

    @Test func `a damaged hash tree is made anew and hurts nobody`() async throws {
        try await store.put(blob)
        let pack = try #require(try store.packs.first)
        let list = ByteBuffer(bytes: try outboard(of: blob).listBytes)
        try store.flipBit(of: pack, at: try store.offset(of: list) + 100)
        let service = try await store.open()
        let damaged = try service.index.hashTree(of: blob.digest)
        #expect(try await bytes(of: blob, in: service) == blob.content)
        try await expectOutboard(of: blob, in: service)
        #expect(try service.index.hashTree(of: blob.digest) != damaged)
        let report = try await service.check()
        #expect(report.damages.count == 1 && report.affectedBlobs.isEmpty)
    }

    @Test func `chunks that are sound and make another blob are found out`() async throws {
        let other = TestBlob(size: blob.size, seed: 6)
        let service = try await store.open()
        _ = try await service.put(other.content)
        let entry = try #require(try service.index.entry(of: other.digest))
        let log = service.chunks.log
        let forged = try service.reader.splitBlob(entry)
        try service.chunks.store(forged, blob.digest)
        let values = try outboard(of: blob).values(for: 0..<55) ?? []
        let tree = HashTreeRecord(blob.digest, size: UInt64(blob.size), .groups(values))
        #expect(tree != nil)
        for tree in [nil, tree] {
            if let tree { try log.append(tree, of: blob.digest) }
            try await service.commits.commit()
            for range in [ByteRange.all, ByteRange(from: 500_000, upTo: 500_001)] {
                let error = await #expect(throws: BlobError.self) {
                    _ = try await service.read(blob.digest, in: range)?.collect(upTo: 1 << 20)
                }
                #expect(error?.code == .corrupt)
                #expect(error?.message.contains("make another blob") == true)
            }
        }
        #expect(try await service.check().affectedBlobs.map(\.digest) == [blob.digest])
    }

    @Test func `a record that claims a giant blob costs no memory`() async throws {
        let service = try await store.open()
        let size: UInt64 = 1 << 62
        let page = SplitBlob.Page(digest: text.digest, byteCount: size)
        try service.chunks.store(SplitBlob(size: size, pages: [page]), blob.digest)
        try await service.commits.commit()
        let error = await #expect(throws: BlobError.self) {
            _ = try await service.read(blob.digest)
        }
        #expect(error?.code == .corrupt)
        #expect(try await service.check().affectedBlobs.map(\.digest) == [blob.digest])
    }

    @Test func `a hash tree is not made for a reader who has gone`() async throws {
        let large = TestBlob(ByteBuffer(repeating: 7, count: 65 << 20))
        try await store.put(large)
        let service = try await store.open()
        let entry = try #require(try service.index.entry(of: large.digest))
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            _ = try await service.buildTree(of: entry)
        }
        let result = await task.result
        #expect(throws: BlobError.self) { try result.get() }
    }

    @Test func `the outboard of a large blob is made of pages, and of content without them`()
        async throws
    {
        // Two runs of 64 MiB, of which the second is short.
        let large = TestBlob(ByteBuffer(repeating: 7, count: 65 << 20))
        try await store.put(large)
        let service = try await store.open()
        try await expectOutboard(of: large, in: service)
        let ranges = [(0, 1), (64 << 20, 64 << 20 + 1), (64 << 20 - 1, 64 << 20 + 1)]
        for (start, end) in ranges {
            let range = ByteRange(from: UInt64(start), upTo: UInt64(end))
            let part = try await service.outboard(of: large.digest, in: range)
            let groups = try #require(part).groups
            #expect(try part == outboard(of: large).narrowed(to: groups))
        }
        let page = HashTreeRecord.page(of: Array(try outboardValues(of: large)[..<4096]))
        try store.flipBit(of: try #require(try store.packs.first), at: try store.offset(of: page))
        let reopened = try await store.open()
        try await expectOutboard(of: large, in: reopened)
        let range = ByteRange(from: 1_000_000, upTo: 1_000_010)
        let part = try await reopened.read(large.digest, in: range)?.collect(upTo: 10)
        #expect(part == large.bytes(in: 1_000_000..<1_000_010))
    }

    @Test func `a page of a hash tree that was given up comes back with the next check`()
        async throws
    {
        let large = TestBlob(ByteBuffer(repeating: 7, count: 65 << 20))
        try await store.put(large)
        let page = HashTreeRecord.page(of: Array(try outboardValues(of: large)[..<4096]))
        try store.flipBit(of: try #require(try store.packs.first), at: try store.offset(of: page))
        let service = try await store.open()
        let digest = BLAKE3Digest(hashing: page.readableBytesSpan)
        let report = try await service.check(repair: true)
        #expect(report.lostDigests == [digest] && report.affectedBlobs.isEmpty)
        #expect(try service.index.entry(of: digest) == nil)
        #expect(try await service.check().affectedBlobs.isEmpty)
        #expect(try service.reader.content(ofPage: digest) == page)
    }

    private func outboardValues(of blob: TestBlob) throws -> [BLAKE3Tree.ChainingValue] {
        let outboard = try outboard(of: blob)
        return outboard.values(for: outboard.groups) ?? []
    }
}
