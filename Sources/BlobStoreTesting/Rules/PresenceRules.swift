// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

let presenceRules = [
    StoreRule("an absent blob is absent everywhere", absentBlob),
    StoreRule("the empty blob always exists", emptyBlobExists),
    StoreRule("the empty blob can be put", emptyBlobCanBePut),
    StoreRule("missing keeps order and duplicates", missingKeepsOrder),
    StoreRule("the size is that of the blob", sizeOfBlob),
]

@Sendable private func absentBlob(_ service: any BlobService) async throws {
    let absent = TestBlob(size: 100, seed: 1).digest
    #expect(try await service.stat(absent) == nil)
    #expect(try await service.has(absent) == false)
    #expect(try await service.read(absent) == nil)
    #expect(try await service.read(absent, in: ByteRange(from: 5000)) == nil)
    #expect(try await service.chunkList(of: absent) == nil)
    #expect(try await service.missing(among: [absent]) == [absent])
    #expect(try await BlobReader(absent, from: service) == nil)
}

@Sendable private func emptyBlobExists(_ service: any BlobService) async throws {
    #expect(try await service.stat(.empty) == BlobInfo(size: 0))
    #expect(try await service.chunkList(of: .empty) == [])
    #expect(try await service.missing(among: [.empty]) == [])
    #expect(try await service.bytes(of: .empty) == ByteBuffer())
    await expectError(.invalidRange, "a range behind the end") {
        _ = try await service.bytes(of: .empty, in: ByteRange(from: 1))
    }
}

@Sendable private func emptyBlobCanBePut(_ service: any BlobService) async throws {
    let writer = try await BlobWriter(to: service)
    #expect(try await writer.finish() == .empty)
    #expect(try await service.put(ByteBuffer()) == .empty)
    #expect(try await service.bytes(of: .empty) == ByteBuffer())
}

@Sendable private func missingKeepsOrder(_ service: any BlobService) async throws {
    let present = try await service.put(TestBlob(size: 10))
    let absent = [TestBlob(size: 10, seed: 1).digest, TestBlob(size: 10, seed: 2).digest]
    let asked = [absent[1], present, absent[0], absent[1], .empty]
    #expect(try await service.missing(among: asked) == [absent[1], absent[0], absent[1]])
    #expect(try await service.missing(among: []) == [])
}

@Sendable private func sizeOfBlob(_ service: any BlobService) async throws {
    for size in TestBlob.edgeSizes {
        let digest = try await service.put(TestBlob(size: size))
        #expect(try await service.stat(digest) == BlobInfo(size: UInt64(size)))
        #expect(try await service.read(digest)?.size == UInt64(size))
        let start = ByteRange(from: 0, upTo: 1)
        #expect(try await service.read(digest, in: start)?.size == UInt64(size))
    }
}
