// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

let writingRules = [
    StoreRule("how a blob is cut into writes does not matter", writeSizes),
    StoreRule("a wrong expectation leaves nothing", wrongExpectation),
    StoreRule("a right expectation is fine", rightExpectation),
    StoreRule("a dropped writer leaves nothing", droppedWriter),
    StoreRule("a cancelled writer leaves nothing", cancelledWriter),
    StoreRule("the storage of written bytes can be used again", storageIsReused),
    StoreRule("putting twice is fine", putTwice),
]

@Sendable private func writeSizes(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 600_000)
    for sizes in [[600_000], [65_536], [1, 1_000, 100_000], [262_144, 0, 7]] {
        var writer = try await BlobWriter(to: service, WriteHint(size: 600_000))
        for piece in blob.pieces(of: sizes.filter { $0 > 0 }) {
            try await writer.write(piece)
            try await writer.write(ByteBuffer())
        }
        #expect(writer.byteCount == 600_000)
        #expect(try await writer.finish() == blob.digest)
    }
    #expect(try await service.bytes(of: blob.digest) == blob.content)

    let small = TestBlob(size: 300)
    var writer = try await BlobWriter(to: service)
    for piece in small.pieces(of: [1]) { try await writer.write(piece) }
    #expect(try await writer.finish() == small.digest)
    #expect(try await service.bytes(of: small.digest) == small.content)
}

@Sendable private func wrongExpectation(_ service: any BlobService) async throws {
    for blob in [TestBlob(size: 100), TestBlob(size: 700_000)] {
        var writer = try await BlobWriter(to: service)
        try await writer.write(blob.content)
        do throws(BlobError) {
            _ = try await writer.finish(expecting: TestBlob(size: 1, seed: 9).digest)
            Issue.record("a wrong digest was accepted")
        } catch {
            #expect(error.code == .corrupt)
        }
        #expect(try await service.has(blob.digest) == false)
    }
}

@Sendable private func rightExpectation(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 100)
    var writer = try await BlobWriter(to: service)
    try await writer.write(blob.content)
    #expect(try await writer.finish(expecting: blob.digest) == blob.digest)
    #expect(try await service.has(blob.digest))
}

@Sendable private func droppedWriter(_ service: any BlobService) async throws {
    for blob in [TestBlob(size: 100), TestBlob(size: 700_000)] {
        do {
            var writer = try await BlobWriter(to: service)
            try await writer.write(blob.content)
        }
        #expect(try await service.has(blob.digest) == false)
        #expect(try await service.read(blob.digest) == nil)
    }
}

@Sendable private func cancelledWriter(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 700_000)
    let task = Task {
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        var writer = try await BlobWriter(to: service)
        try await writer.write(blob.content)
        return try await writer.finish()
    }
    await expectError(.cancelled, "a cancelled write") { _ = try await task.value }
    #expect(try await service.has(blob.digest) == false)
}

@Sendable private func storageIsReused(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 600_000)
    var writer = try await BlobWriter(to: service)
    var buffer = ByteBuffer()
    for piece in blob.pieces(of: [1000, 300_000]) {
        buffer.clear()
        buffer.writeImmutableBuffer(piece)
        try await writer.write(buffer)
    }
    #expect(try await writer.finish() == blob.digest)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func putTwice(_ service: any BlobService) async throws {
    for blob in [TestBlob(size: 100), TestBlob(size: 700_000)] {
        try await service.put(blob)
        try await service.put(blob)
        #expect(try await service.bytes(of: blob.digest) == blob.content)
    }
}
