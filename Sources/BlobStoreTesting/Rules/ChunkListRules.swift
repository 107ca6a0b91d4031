// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

let chunkListRules = [
    StoreRule("a chunk list adds up, and each chunk is a blob", chunkListAddsUp),
    StoreRule("a list of one chunk is empty instead", noListOfOne),
    StoreRule("blobs that end where a chunk must end read back", endsAtLargestChunk),
    StoreRule("chunks are listed only if asked for", chunksOnlyIfAsked),
    StoreRule("a chunk that is put as a blob is fine", chunkPutAsBlob),
]

@Sendable private func chunkListAddsUp(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 2_000_000)
    try await service.put(blob)
    let chunks = try #require(try await service.chunkList(of: blob.digest))
    if chunks.isEmpty { return }
    #expect(chunks.reduce(0) { $0 + $1.size } == 2_000_000)
    var start = 0
    for chunk in chunks {
        #expect(chunk.size > 0)
        let end = start + Int(chunk.size)
        #expect(try await service.bytes(of: chunk.digest) == blob.bytes(in: start..<end))
        #expect(try await service.stat(chunk.digest)?.size == chunk.size)
        #expect(try await service.chunkList(of: chunk.digest) != nil)
        start = end
    }
    #expect(try await service.missing(among: chunks.map(\.digest)) == [])
}

@Sendable private func noListOfOne(_ service: any BlobService) async throws {
    for size in TestBlob.edgeSizes {
        let digest = try await service.put(TestBlob(size: size))
        #expect(try await service.chunkList(of: digest)?.count != 1, "\(size) bytes")
    }
}

@Sendable private func chunksOnlyIfAsked(_ service: any BlobService) async throws {
    let digest = try await service.put(TestBlob(size: 700_000))
    #expect(try await service.stat(digest, StatOptions())?.chunks == nil)
    #expect(try await service.stat(digest, StatOptions(chunks: true))?.chunks != nil)
}

@Sendable private func chunkPutAsBlob(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 700_000)
    try await service.put(blob)
    guard let chunk = try await service.chunkList(of: blob.digest)?.first else { return }
    let part = TestBlob(blob.bytes(in: 0..<Int(chunk.size)))
    #expect(part.digest == chunk.digest)
    try await service.put(part)
    #expect(try await service.bytes(of: part.digest) == part.content)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func endsAtLargestChunk(_ service: any BlobService) async throws {
    // Equal bytes have no place to cut, so chunks of tvix's sizes end at 512 KiB.
    for (size, piece) in [(512, 512), (512, 100), (1024, 512), (1024, 1024), (1025, 300)] {
        let blob = TestBlob(ByteBuffer(repeating: 7, count: size << 10))
        var writer = try await BlobWriter(to: service)
        for part in blob.pieces(of: [piece << 10]) { try await writer.write(part) }
        #expect(try await writer.finish() == blob.digest)
        #expect(try await service.bytes(of: blob.digest) == blob.content, "\(size) KiB")
        let chunks = try #require(try await service.chunkList(of: blob.digest))
        #expect(chunks.count != 1 && chunks.allSatisfy { $0.size > 0 })
    }
}
