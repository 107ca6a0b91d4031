// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

@Test private func `a body skips empty buffers`() async throws {
    let pieces = ["", "a", "", "", "bc", ""].map { ByteBuffer(string: $0) }
    var sizes: [Int] = []
    for try await piece in BlobBody(size: 3, pieces: pieces) { sizes.append(piece.readableBytes) }
    #expect(sizes == [1, 2])
}

@Test private func `collecting is bounded`() async throws {
    let pieces = [ByteBuffer(string: "abc"), ByteBuffer(string: "de")]
    let body = BlobBody(size: 5, pieces: pieces)
    let error = await #expect(throws: BlobError.self) { _ = try await body.collect(upTo: 4) }
    #expect(error?.code == .refused)
    let whole = try await BlobBody(size: 5, pieces: pieces).collect(upTo: 5)
    #expect(String(buffer: whole) == "abcde")
}

@Test private func `a reader notices a body that ends early`() async throws {
    let base = MemoryBlobService()
    let blob = TestBlob(size: 100)
    _ = try await base.put(blob.content)
    let service = FaultyBlobService(base, .truncating(after: 60))
    var reader = try #require(try await BlobReader(blob.digest, from: service))
    #expect(try await reader.read(upTo: 60) == blob.bytes(in: 0..<60))
    await #expect(throws: BlobError.self) { _ = try await reader.read(upTo: 60) }
}

@Test private func `an error of the source of a put is passed on and nothing is stored`()
    async throws
{
    struct Failure: Error {}
    let service = MemoryBlobService()
    let source = AsyncThrowingStream { continuation in
        continuation.yield(ByteBuffer(string: "abc"))
        continuation.finish(throwing: Failure())
    }
    await #expect(throws: Failure.self) { try await service.put(source) }
    #expect(try await service.list(after: nil, limit: 10).isEmpty)
}
