// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobGRPC
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

@Suite struct BatchTests {
    private static let sizes = [0, 1, 1023, 70_000, 1 << 20, 1 << 20 + 1]
    private let blobs = Self.sizes.map { TestBlob(size: $0) }

    @Test func `many blobs come in the order asked for, absent ones as nil`() async throws {
        let absent = TestBlob(size: 10, seed: 9).digest
        try await TestServer(MemoryBlobService()).run { remote in
            for blob in blobs { _ = try await remote.put(blob.content) }
            let wanted = [absent] + blobs.map(\.digest) + [blobs[1].digest]
            let got = Mutex<[(BLAKE3Digest, ByteBuffer?)]>([])
            try await remote.getMany(wanted, upTo: 2 << 20) { digest, content in
                got.withLock { $0.append((digest, content)) }
            }
            let all = got.withLock { $0 }
            #expect(all.map(\.0) == wanted)
            #expect(all.first?.1 == nil)
            #expect(all.dropFirst().map(\.1) == (blobs + [blobs[1]]).map(\.content))
        }
    }

    @Test func `a blob above the limit is refused`() async throws {
        try await TestServer(MemoryBlobService()).run { remote in
            _ = try await remote.put(blobs[3].content)
            let error = await #expect(throws: BlobError.self) {
                try await remote.getMany([blobs[3].digest], upTo: 1000) { _, _ in }
            }
            #expect(error?.code == .refused)
        }
    }

    @Test func `many blobs are stored and acknowledged one by one`() async throws {
        let service = MemoryBlobService()
        try await TestServer(service).run { remote in
            let results = try await remote.putMany(blobs.map(\.content))
            #expect(try results.map { try $0.get() } == blobs.map(\.digest))
        }
        for blob in blobs { #expect(try await service.has(blob.digest)) }
    }

    @Test func `no blobs at all are no trouble`() async throws {
        try await TestServer(MemoryBlobService()).run { remote in
            #expect(try await remote.putMany([]).isEmpty)
            try await remote.getMany([]) { _, _ in Issue.record("nothing was asked for") }
            #expect(try await remote.missing(among: []).isEmpty)
        }
    }
}
