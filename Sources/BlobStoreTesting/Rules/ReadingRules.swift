// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

let readingRules = [
    StoreRule("blobs of all edge sizes read back", edgeSizesReadBack),
    StoreRule("common fixtures have their known digests", fixtures),
    StoreRule("every range reads back", rangesReadBack),
    StoreRule("a range past the end is refused, an end past the end is clipped", rangesPastTheEnd),
    StoreRule("buffers are neither empty nor large", bufferSizes),
    StoreRule("many readers read one blob at once", manyReaders),
    StoreRule("a body that is dropped does no harm", droppedBody),
    StoreRule("a reader seeks like a file", readerSeeks),
]

@Sendable private func edgeSizesReadBack(_ service: any BlobService) async throws {
    for size in TestBlob.edgeSizes {
        let blob = TestBlob(size: size)
        try await service.put(blob)
        #expect(try await service.bytes(of: blob.digest) == blob.content, "\(size) bytes")
    }
    let text = TestBlob(textOfSize: 700_000)
    try await service.put(text)
    #expect(try await service.bytes(of: text.digest) == text.content)
}

@Sendable private func fixtures(_ service: any BlobService) async throws {
    let a = try await service.put(TestBlob.fixtureA)
    #expect("\(a)" == "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63")
    let b = try await service.put(TestBlob.fixtureB)
    #expect("\(b)" == "a82c5154a7a0c262c6fdb929a317585646f8fbcf80326d0a7b8747edaf2d99d2")
    #expect(try await service.bytes(of: b) == TestBlob.fixtureB.content)
}

@Sendable private func rangesReadBack(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 900_001)
    try await service.put(blob)
    let edges = [0, 1, 1024, 131_072, 262_144, 450_000, 524_288, 524_289, 900_000, 900_001]
    for start in edges {
        for end in edges where end >= start {
            let range = ByteRange(from: UInt64(start), upTo: UInt64(end))
            let bytes = try await service.bytes(of: blob.digest, in: range)
            #expect(bytes == blob.bytes(in: start..<end), "\(start)..<\(end)")
        }
        let rest = try await service.bytes(of: blob.digest, in: ByteRange(from: UInt64(start)))
        #expect(rest == blob.bytes(in: start..<blob.size), "\(start)...")
    }
}

@Sendable private func rangesPastTheEnd(_ service: any BlobService) async throws {
    for blob in [TestBlob(size: 100), TestBlob(size: 700_000)] {
        try await service.put(blob)
        let size = UInt64(blob.size)
        let clipped = ByteRange(from: size - 10, upTo: .max)
        #expect(
            try await service.bytes(of: blob.digest, in: clipped)
                == blob.bytes(in: blob.size - 10..<blob.size)
        )
        let atEnd = ByteRange(from: size)
        #expect(try await service.bytes(of: blob.digest, in: atEnd) == ByteBuffer())
        for start in [size + 1, .max] {
            await expectError(.invalidRange, "a range from \(start) of \(size)") {
                _ = try await service.bytes(of: blob.digest, in: ByteRange(from: start))
            }
        }
        await expectError(.invalidRange, "a range that ends before it starts") {
            _ = try await service.bytes(of: blob.digest, in: ByteRange(from: 20, upTo: 10))
        }
    }
}

@Sendable private func bufferSizes(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 3 << 20)
    try await service.put(blob)
    for range in [ByteRange.all, ByteRange(from: 700_000, upTo: 2_000_000)] {
        let body = try #require(try await service.read(blob.digest, in: range))
        for try await buffer in body {
            #expect(buffer.readableBytes > 0)
            #expect(buffer.readableBytes <= 4 << 20)
        }
    }
}

@Sendable private func manyReaders(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 1_500_000)
    try await service.put(blob)
    try await withThrowingTaskGroup { group in
        for _ in 0..<8 {
            group.addTask { try await service.bytes(of: blob.digest) == blob.content }
        }
        for try await isEqual in group { #expect(isEqual) }
    }
}

@Sendable private func droppedBody(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 1_500_000)
    try await service.put(blob)
    do {
        var iterator = try await service.read(blob.digest)?.makeAsyncIterator()
        #expect(try await iterator?.next() != nil)
    }
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func readerSeeks(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 700_000)
    try await service.put(blob)
    var reader = try #require(try await BlobReader(blob.digest, from: service))
    #expect(reader.size == 700_000)
    for start in [0, 10, 699_990, 5, 300_000, 300_100, 300_050, 699_999] {
        try reader.seek(to: UInt64(start))
        #expect(reader.position == UInt64(start))
        let bytes = try await reader.read(upTo: 10)
        #expect(bytes.readableBytes > 0)
        #expect(bytes == blob.bytes(in: start..<start + bytes.readableBytes), "at \(start)")
        #expect(reader.position == UInt64(start + bytes.readableBytes))
    }
    try reader.seek(to: 700_000)
    #expect(try await reader.read(upTo: 10) == ByteBuffer())
    await expectError(.invalidRange, "a seek past the end") { try reader.seek(to: 700_001) }

    try reader.seek(to: 0)
    var all = ByteBuffer()
    while case var next = try await reader.read(upTo: 100_000), next.readableBytes > 0 {
        all.writeBuffer(&next)
    }
    #expect(all == blob.content)
}
