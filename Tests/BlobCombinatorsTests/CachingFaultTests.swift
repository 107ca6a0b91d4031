// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobCombinators
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

/// What a cache does when one of its services goes wrong.
@Suite struct CachingFaultTests {
    private let folder: TemporaryFolder
    private let blob = TestBlob(size: 2_500_000, seed: 7)
    private let other = TestBlob(size: 2_500_000, seed: 8)
    private let near: LocalBlobService
    private let far: LocalBlobService
    private let down = BlobError(.unavailable, "down")

    init() async throws {
        folder = try TemporaryFolder()
        near = try await LocalBlobService(at: folder.path.appending("near"))
        far = try await LocalBlobService(at: folder.path.appending("far"))
        _ = try await far.put(blob.content)
        _ = try await far.put(other.content)
    }

    private func read(_ cache: CachingBlobService) async throws -> ByteBuffer? {
        try await cache.running { try await cache.read(blob.digest)?.collect(upTo: blob.size) }
    }

    private func expectError(
        _ code: BlobError.Code,
        from far: some BlobService
    ) async throws {
        let cache = CachingBlobService(near: near, far: far)
        do {
            _ = try await read(cache)
            Issue.record("no error")
        } catch let error as BlobError {
            #expect(error.code == code, "\(error)")
        }
        #expect(try await near.has(blob.digest) == false)
        #expect(try await near.check().isSound)
    }

    private func expectWhole(from far: some BlobService) async throws {
        let cache = CachingBlobService(near: near, far: far)
        #expect(try await read(cache) == blob.content)
        #expect(try await near.read(blob.digest)?.collect(upTo: blob.size) == blob.content)
        #expect(try await near.check().isSound)
    }

    @Test(arguments: [0, 1, 700_000, 2_499_999])
    func `an error of far is that of the reader, and the next read goes on`(
        limit: Int
    ) async throws {
        try await expectError(.unavailable, from: Cutting(base: far, limit: limit, error: down))
        try await expectWhole(from: far)
    }

    @Test(arguments: [0, 1_300_000])
    func `a body that ends early is an error`(limit: Int) async throws {
        try await expectError(.unavailable, from: FaultyBlobService(far, .truncating(after: limit)))
        try await expectWhole(from: far)
    }

    // Nothing checks what these services send, against the rules.

    @Test func `wrong bytes are found out`() async throws {
        try await expectError(.corrupt, from: FaultyBlobService(far, .flippingBit(at: 0)))
    }

    @Test(arguments: [0..<10, 2_000_000..<2_500_000])
    func `wrong bytes that nobody has read do not make a blob`(range: Range<Int>) async throws {
        let wrong = Flipping(base: far, position: 1_300_000)
        let cache = CachingBlobService(near: near, far: wrong)
        try await cache.running {
            // One reader stays where it is, and what it needs next is fetched ahead of it.
            var slow = try await cache.read(blob.digest)?.makeAsyncIterator()
            _ = try await slow?.next()
            let wanted = ByteRange(from: UInt64(range.lowerBound), upTo: UInt64(range.upperBound))
            let part = try await cache.read(blob.digest, in: wanted)?.collect(upTo: blob.size)
            #expect(part == blob.bytes(in: range))
            await #expect(throws: BlobError.self) { while try await slow?.next() != nil {} }
        }
        #expect(try await near.has(blob.digest) == false)
        try await expectWhole(from: far)
    }

    @Test func `bytes that are wrong only once come again`() async throws {
        try await expectWhole(from: FaultyBlobService(far, .flippingBit(at: 1_300_000)))
    }

    @Test func `a blob is read as a whole if its chunks are those of another`() async throws {
        let chunks = try #require(try await far.chunkList(of: other.digest))
        let lying = Relisting(base: Hashless(base: far), blob: blob.digest, chunks: chunks)
        try await expectWhole(from: lying)
    }

    @Test func `chunks of another blob are an error if there is nothing else`() async throws {
        let chunks = try #require(try await far.chunkList(of: other.digest))
        let lying = Relisting(base: Hashless(base: far), blob: blob.digest, chunks: chunks)
        let broken = VerifyingBlobService(
            FaultyBlobService(lying, .truncating(after: 2_499_999)),
            source: "far"
        )
        try await expectError(.corrupt, from: broken)
    }

    @Test func `what is taken on trust is checked in the end`() async throws {
        let chunks = try #require(try await far.chunkList(of: other.digest))
        let trusted = Hashless(base: far, isTrusted: true)
        let lying = Relisting(base: trusted, blob: blob.digest, chunks: chunks)
        for range in [ByteRange.all, ByteRange(from: 0, upTo: 10)] {
            let cache = CachingBlobService(near: near, far: lying)
            await #expect(throws: BlobError.self) {
                try await cache.running {
                    try await cache.read(blob.digest, in: range)?.collect(upTo: blob.size)
                }
            }
        }
        let absent = ChunkReference(
            digest: TestBlob(size: 9, seed: 9).digest,
            size: try #require(chunks.last).size
        )
        let ending = Relisting(
            base: trusted,
            blob: blob.digest,
            chunks: chunks.dropLast() + [absent]
        )
        let cache = CachingBlobService(near: near, far: ending)
        await #expect(throws: BlobError.self) { try await read(cache) }
        #expect(try await near.has(blob.digest) == false)
    }

    @Test func `a blob cannot have no bytes, or more than there are`() async throws {
        for size in [0, UInt64.max, 1 << 63] {
            let lying = Resizing(base: Hashless(base: far), size: size)
            await #expect(throws: BlobError.self) {
                try await read(CachingBlobService(near: near, far: lying))
            }
        }
        let short = [ChunkReference(digest: other.digest, size: 5)]
        let long = [
            ChunkReference(digest: other.digest, size: .max),
            ChunkReference(digest: other.digest, size: 5),
        ]
        for chunks in [short, long] {
            let lying = Relisting(base: Hashless(base: far), blob: blob.digest, chunks: chunks)
            await #expect(throws: BlobError.self) {
                try await read(CachingBlobService(near: near, far: lying))
            }
        }
    }

    @Test func `nothing of an unproven blob is released before it is proven`() async throws {
        let measured = Measured(Hashless(base: far))
        let cache = CachingBlobService(near: near, far: measured)
        let first = try await cache.running {
            var body = try await cache.read(blob.digest)?.makeAsyncIterator()
            return try await body?.next()
        }
        #expect(first != nil && measured.byteCount == blob.size)
    }

    @Test func `a false list does no harm if there are hashes`() async throws {
        _ = try await near.put(other.content)
        let chunks = try #require(try await far.chunkList(of: other.digest))
        let list =
            chunks.dropLast() + [
                ChunkReference(digest: other.digest, size: try #require(chunks.last).size)
            ]
        try await expectWhole(from: Relisting(base: far, blob: blob.digest, chunks: Array(list)))
    }

    @Test func `a blob is read as a whole if its chunks are not there`() async throws {
        let absent = [ChunkReference(digest: TestBlob(size: 9, seed: 9).digest, size: 2_500_000)]
        let lying = Relisting(base: Hashless(base: far), blob: blob.digest, chunks: absent)
        try await expectWhole(from: lying)
    }

    @Test func `a near service that cannot keep anything is read past`() async throws {
        let full = Full(base: MemoryBlobService(), room: 0)
        for room in [0, 1, 3] {
            let full = Full(base: MemoryBlobService(), room: room)
            let cache = CachingBlobService(near: full, far: far)
            #expect(try await read(cache) == blob.content)
            #expect(try await full.has(blob.digest) == false)
        }
        let small = TestBlob(size: 100, seed: 3)
        _ = try await far.put(small.content)
        let cache = CachingBlobService(near: full, far: far)
        let bytes = try await cache.running {
            try await cache.read(small.digest)?.collect(upTo: 100)
        }
        #expect(bytes == small.content)
    }

    @Test func `parts that are damaged in near come again`() async throws {
        var options = CachingOptions()
        options.memoryByteCount = 1
        options.windowByteCount = 100_000
        let cache = CachingBlobService(near: near, far: far, options)
        try await cache.running {
            let range = ByteRange(from: 0, upTo: 1_000_000)
            _ = try await cache.read(blob.digest, in: range)?.collect(upTo: blob.size)
        }
        let pack = folder.path.appending("near/packs/000001.pack")
        try damage(blob.bytes(in: 500_000..<500_100), in: pack)
        let again = CachingBlobService(near: near, far: far)
        #expect(try await read(again) == blob.content)
    }

    @Test func `a blob that is damaged in near is read from far`() async throws {
        try await expectWhole(from: far)
        let packs = folder.path.appending("near/packs/000001.pack")
        try damage(blob.bytes(in: 500_000..<500_100), in: packs)
        let cache = CachingBlobService(near: near, far: far)
        #expect(try await read(cache) == blob.content)
    }

    @Test(arguments: [true, false])
    func `a damaged chunk of another blob in near does not matter`(hasHashes: Bool) async throws {
        _ = try await near.put(blob.bytes(in: 0..<1_500_000))
        let pack = folder.path.appending("near/packs/000001.pack")
        try damage(blob.bytes(in: 500_000..<500_100), in: pack)
        let measured = Measured(far)
        let cache =
            hasHashes
            ? CachingBlobService(near: near, far: measured)
            : CachingBlobService(near: near, far: Hashless(base: measured))
        try await cache.running {
            // A reader that stays where it is leaves the fetch to itself.
            var slow = try await cache.read(blob.digest)?.makeAsyncIterator()
            _ = try await slow?.next()
            let content = try await cache.read(blob.digest)?.collect(upTo: blob.size)
            #expect(content == blob.content)
            while try await slow?.next() != nil {}
        }
        #expect(measured.byteCount < 3 * blob.size)
        #expect(try await near.read(blob.digest)?.collect(upTo: blob.size) == blob.content)
    }

    @Test func `what is damaged in near is asked of far, and is not absent`() async throws {
        let broken = FaultyBlobService(near, .failing(from: 0, BlobError(.corrupt, "damaged")))
        let cache = CachingBlobService(near: broken, far: far)
        #expect(try await cache.stat(blob.digest)?.size == UInt64(blob.size))
        #expect(try await cache.outboard(of: blob.digest, in: .all) != nil)
        let empty = CachingBlobService(near: broken, far: MemoryBlobService())
        await #expect(throws: BlobError.self) { try await empty.stat(blob.digest) }
        await #expect(throws: BlobError.self) { try await empty.read(blob.digest) }
    }

    @Test func `a part that a reader has got stays in near`() async throws {
        let measured = Measured(far)
        let cache = CachingBlobService(near: near, far: measured)
        try await cache.running {
            for _ in 0..<2 {
                var body = try await cache.read(
                    blob.digest,
                    in: ByteRange(from: 1_000_000, upTo: 1_000_010)
                )?.makeAsyncIterator()
                let bytes = try await body?.next()
                #expect(bytes == blob.bytes(in: 1_000_000..<1_000_010))
                body = nil
                try await waitUntil {
                    let size = UInt64(blob.size)
                    return try await near.partialBlob(blob.digest, size: size).parts
                        .contains(1_000_000)
                }
            }
        }
        #expect(measured.readCount <= 2 && measured.questionCount == 1)
    }

    private func waitUntil(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<1000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("nothing has come of it")
    }

    private func damage(_ bytes: ByteBuffer, in pack: FilePath) throws {
        let file = try FileDescriptor.open(pack, .readWrite)
        defer { try? file.close() }
        let size = Int(try file.seek(offset: 0, from: .end))
        var content = ByteBuffer()
        try unsafe content.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
            unsafe try file.read(fromAbsoluteOffset: 0, into: memory)
        }
        let place = try #require(
            content.readableBytesView.firstRange(of: bytes.readableBytesView)
        )
        let byte: UInt8 = try #require(content.getInteger(at: place.lowerBound))
        try file.writeAll(toAbsoluteOffset: Int64(place.lowerBound), [byte ^ 1])
    }
}

/// Sends one byte that is always wrong.
private struct Flipping<Base: BlobService>: WrappingBlobService {
    let base: Base
    let position: UInt64

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let body = try await base.read(digest, in: range) else { return nil }
        let wanted = try range.resolved(against: body.size)
        var content = try await body.collect(upTo: wanted.count)
        if wanted.contains(position) {
            let index = content.readerIndex + Int(position - wanted.lowerBound)
            let byte: UInt8 = content.getInteger(at: index) ?? 0
            content.setInteger(byte ^ 1, at: index)
        }
        return BlobBody(size: body.size, pieces: [content])
    }
}

/// Says of one blob that it has other chunks.
private struct Relisting<Base: BlobService>: WrappingBlobService {
    let base: Base
    let blob: BLAKE3Digest
    let chunks: [ChunkReference]

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        var info = try await base.stat(digest, wanted)
        if digest == blob, wanted.chunks { info?.chunks = chunks }
        return info
    }
}

/// Says that each blob has a size.
private struct Resizing<Base: BlobService>: WrappingBlobService {
    let base: Base
    let size: UInt64

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        var info = try await base.stat(digest, wanted)
        info?.size = size
        info?.chunks = wanted.chunks ? [] : nil
        return info
    }
}

/// Has room for a number of blobs.
private final class Full: WrappingBlobService {
    let base: MemoryBlobService
    private let permits: Countdown

    init(base: MemoryBlobService, room: Int) {
        self.base = base
        permits = Countdown(room)
    }

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        guard permits.take() else { throw BlobError(.refused, "no room") }
        return try await base.makeSink(hint)
    }

    func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        SeparateChunks(of: digest, size: size, in: self)
    }
}
