// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

@Suite struct CachingTests {
    private let folder: TemporaryFolder
    private let blob = TestBlob(size: 3_000_000, seed: 1)
    private let near: LocalBlobService
    private let far: LocalBlobService

    init() async throws {
        folder = try TemporaryFolder()
        near = try await LocalBlobService(at: folder.path.appending("near"))
        far = try await LocalBlobService(at: folder.path.appending("far"))
        _ = try await far.put(blob.content)
    }

    private func running<Far: BlobService>(
        _ far: Far,
        _ options: CachingOptions = CachingOptions(),
        _ body: @Sendable (CachingBlobService) async throws -> Void
    ) async throws {
        let cache = CachingBlobService(near: near, far: far, options)
        try await cache.running { try await body(cache) }
    }

    private func expectWhole(_ blob: TestBlob, _ service: some BlobService) async throws {
        let bytes = try await service.read(blob.digest)?.collect(upTo: blob.size)
        #expect(bytes == blob.content)
    }

    @Test func `what has been read to its end is near`() async throws {
        let far = Measured(far)
        try await running(far) { cache in
            try await expectWhole(blob, cache)
            try await expectWhole(blob, near)
            try await expectWhole(blob, cache)
        }
        #expect(far.byteCount == blob.size)
        #expect(far.questionCount == 1)
        #expect(try await near.chunkList(of: blob.digest) == far.chunkList(of: blob.digest))
        #expect(try await near.check().isSound)
    }

    @Test func `the first bytes come before the last ones`() async throws {
        let stalling = FaultyBlobService(far, .stalling(after: 1_000_000))
        try await running(stalling) { cache in
            var body = try #require(try await cache.read(blob.digest)).makeAsyncIterator()
            var bytes = ByteBuffer()
            while bytes.readableBytes < 500_000, var next = try await body.next() {
                bytes.writeBuffer(&next)
            }
            #expect(bytes == blob.bytes(in: 0..<bytes.readableBytes))
            #expect(try await near.has(blob.digest) == false)
        }
    }

    @Test func `chunks that near has are not fetched`() async throws {
        var edited = blob.bytes(in: 0..<1_200_000)
        edited.writeString("an insertion")
        edited.writeImmutableBuffer(blob.bytes(in: 1_200_000..<blob.size))
        let other = TestBlob(edited)
        _ = try await far.put(other.content)
        _ = try await near.put(blob.content)
        let far = Measured(far)
        try await running(far) { cache in try await expectWhole(other, cache) }
        let chunks = try #require(try await far.chunkList(of: other.digest))
        let known = Set(try #require(try await far.chunkList(of: blob.digest)).map(\.digest))
        let changed = chunks.filter { !known.contains($0.digest) }.reduce(0) { $0 + Int($1.size) }
        #expect(changed > 0 && changed < 1_000_000)
        #expect(far.byteCount == changed)
    }

    @Test func `a range brings the chunks that it needs, and they stay`() async throws {
        let far = Measured(far)
        try await running(far) { cache in
            let range = ByteRange(from: 1_500_000, upTo: 1_500_100)
            let bytes = try await cache.read(blob.digest, in: range)?.collect(upTo: 100)
            #expect(bytes == blob.bytes(in: 1_500_000..<1_500_100))
            #expect(far.byteCount < 1_100_000)
            let before = far.byteCount
            let again = try await cache.read(blob.digest, in: range)?.collect(upTo: 100)
            #expect(again == bytes)
            #expect(far.byteCount == before)
            #expect(try await near.has(blob.digest) == false)
            try await expectWhole(blob, cache)
            #expect(far.byteCount == blob.size)
        }
        try await expectWhole(blob, near)
    }

    @Test func `readers of one blob share one fetch`() async throws {
        let far = Measured(far)
        try await running(far) { cache in
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await expectWhole(blob, cache) } }
                try await group.waitForAll()
            }
        }
        #expect(far.byteCount == blob.size)
        #expect(far.questionCount == 1)
    }

    @Test func `who began a fetch may go`() async throws {
        var options = CachingOptions()
        options.windowByteCount = 300_000
        let far = Measured(far)
        try await running(far, options) { cache in
            var first = try await cache.read(blob.digest)?.makeAsyncIterator()
            #expect(try await first?.next() != nil)
            var second = try #require(try await cache.read(blob.digest)).makeAsyncIterator()
            first = nil
            var bytes = ByteBuffer()
            while var next = try await second.next() { bytes.writeBuffer(&next) }
            #expect(bytes == blob.content)
        }
        #expect(far.byteCount == blob.size)
    }

    @Test func `a reader that is cancelled ends at once`() async throws {
        let stalling = FaultyBlobService(far, .stalling(after: 0))
        try await running(stalling) { cache in
            let reader = Task { try await cache.read(blob.digest)?.collect(upTo: blob.size) }
            try await Task.sleep(for: .milliseconds(20))
            reader.cancel()
            await #expect(throws: BlobError.self) { try await reader.value }
        }
    }

    @Test func `a slow reader holds up neither the others nor the fetch`() async throws {
        var options = CachingOptions()
        options.memoryByteCount = 1
        options.windowByteCount = 500_000
        try await running(far, options) { cache in
            var slow = try #require(try await cache.read(blob.digest)).makeAsyncIterator()
            var bytes = try #require(try await slow.next())
            try await expectWhole(blob, cache)
            while var next = try await slow.next() { bytes.writeBuffer(&next) }
            #expect(bytes == blob.content)
        }
    }

    @Test func `what an earlier process has fetched is not fetched again`() async throws {
        var options = CachingOptions()
        options.journalByteCount = 1
        let first = FaultyBlobService(far, .stalling(after: 1_400_000))
        let fetched: Int = try await {
            let cache = CachingBlobService(near: near, far: first, options)
            return try await cache.running {
                var body = try #require(try await cache.read(blob.digest)).makeAsyncIterator()
                var count = 0
                while count < 1_000_000, let next = try await body.next() {
                    count += next.readableBytes
                }
                return count
            }
        }()
        let far = Measured(far)
        let reopened = try await LocalBlobService(at: folder.path.appending("near"))
        let cache = CachingBlobService(near: reopened, far: far)
        try await cache.running { try await expectWhole(blob, cache) }
        #expect(far.byteCount <= blob.size - fetched)
    }

    @Test func `nothing is fetched for a blob that is too large for near`() async throws {
        var options = CachingOptions()
        options.largestBlobSize = 1_000_000
        try await running(far, options) { cache in
            try await expectWhole(blob, cache)
            #expect(try await near.has(blob.digest) == false)
        }
    }

    @Test func `without anybody who runs it a cache says so`() async throws {
        let cache = CachingBlobService(near: near, far: far)
        await cache.running {}
        await #expect(throws: BlobError.self) { try await cache.read(blob.digest) }
    }
}
