// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import NIOCore
import Testing

@Suite struct FaultyBlobServiceTests {
    private let base = MemoryBlobService()
    private let blob = TestBlob(size: 3 << 20)

    private func bytes(
        _ fault: FaultyBlobService<MemoryBlobService>.Fault
    ) async throws -> ByteBuffer? {
        _ = try await base.put(blob.content)
        return try await FaultyBlobService(base, fault).read(blob.digest)?.collect(upTo: 8 << 20)
    }

    @Test func `calls fail from the one that was chosen`() async throws {
        let error = BlobError(.unavailable, "on purpose")
        let service = FaultyBlobService(base, .failing(from: 2, error))
        #expect(try await service.has(blob.digest) == false)
        #expect(try await service.read(blob.digest) == nil)
        await #expect(throws: BlobError.self) { try await service.missing(among: []) }
        await #expect(throws: BlobError.self) { try await service.put(blob.content) }
        #expect(service.callCount == 4)
    }

    @Test func `a body is cut off`() async throws {
        #expect(try await bytes(.truncating(after: 1_500_000)) == blob.bytes(in: 0..<1_500_000))
        #expect(try await bytes(.truncating(after: 0)) == ByteBuffer())
    }

    @Test func `one bit is changed`() async throws {
        for position in [0, 1_500_000, (3 << 20) - 1] {
            var expected = blob.content
            let byte = try #require(expected.getInteger(at: position, as: UInt8.self))
            expected.setInteger(byte ^ 1, at: position)
            #expect(try await bytes(.flippingBit(at: position)) == expected)
        }
    }

    @Test func `a body goes on for ever`() async throws {
        let error = await #expect(throws: BlobError.self) { _ = try await bytes(.endless) }
        #expect(error?.code == .refused)
    }

    @Test func `a stalled body ends when its reader is cancelled`() async throws {
        _ = try await base.put(blob.content)
        let service = FaultyBlobService(base, .stalling(after: 1 << 20))
        let (base, digest) = (service, blob.digest)
        let reader = Task { try await base.read(digest)?.collect(upTo: 8 << 20) }
        try await Task.sleep(for: .milliseconds(20))
        reader.cancel()
        let error = await #expect(throws: BlobError.self) { _ = try await reader.value }
        #expect(error?.code == .cancelled)
    }
}
