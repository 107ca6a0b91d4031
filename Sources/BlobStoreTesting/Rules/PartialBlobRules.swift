// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Testing

let partialBlobRules = [
    StoreRule("a partial blob is absent until it is complete", absentUntilComplete),
    StoreRule("parts come in any order and are kept once", partsInAnyOrder),
    StoreRule("hashes that are known save no check of what is read", completedWithHashes),
    StoreRule("the parts of another blob are not completed", wrongParts),
    StoreRule("chunks that are there become parts", adoptedChunks),
    StoreRule("parts that are discarded have to come again", discardedParts),
    StoreRule("small blobs can be partial too", smallPartialBlobs),
]

extension PartialBlob {
    /// Writes a range of a blob in chunks of a size.
    fileprivate func write(_ blob: TestBlob, _ range: Range<Int>, by size: Int) async throws {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
            let end = min(start + size, range.upperBound)
            try await write(blob.bytes(in: start..<end), at: UInt64(start))
        }
    }

    fileprivate func bytes(in range: Range<Int>) async throws -> ByteBuffer? {
        var bytes = ByteBuffer()
        while bytes.readableBytes < range.count {
            let position = UInt64(range.lowerBound + bytes.readableBytes)
            guard var next = try await read(from: position, upTo: UInt64(range.upperBound)),
                next.readableBytes > 0
            else { return nil }
            bytes.writeBuffer(&next)
        }
        return bytes
    }
}

@Sendable private func absentUntilComplete(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 700_000, seed: 60)
    let partial = try await service.partialBlob(blob.digest, size: 700_000)
    #expect(partial.parts.isEmpty)
    try await partial.write(blob, 0..<400_000, by: 100_000)
    try await partial.flush()
    #expect(partial.parts == RangeSet(0..<400_000))
    #expect(try await partial.bytes(in: 50_000..<350_000) == blob.bytes(in: 50_000..<350_000))
    #expect(try await partial.read(from: 400_000, upTo: 700_000) == nil)
    #expect(try await service.has(blob.digest) == false)
    #expect(try await service.missing(among: [blob.digest]) == [blob.digest])
    await expectError(.unavailable, "completing a blob with a gap") {
        try await partial.complete(with: nil)
    }
    try await partial.write(blob, 400_000..<700_000, by: 100_000)
    try await partial.complete(with: nil)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
    #expect(try await service.stat(blob.digest)?.size == 700_000)
}

@Sendable private func partsInAnyOrder(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 1_000_000, seed: 61)
    let partial = try await service.partialBlob(blob.digest, size: 1_000_000)
    try await partial.write(blob, 600_000..<1_000_000, by: 70_000)
    try await partial.write(blob, 0..<200_000, by: 33_333)
    // The bytes of parts that overlap others are there already.
    try await partial.write(blob.bytes(in: 150_000..<250_000), at: 150_000)
    #expect(partial.parts == RangeSet([0..<200_000, 600_000..<1_000_000]))
    try await partial.write(blob, 200_000..<600_000, by: 400_000)
    #expect(partial.parts == RangeSet(0..<1_000_000))
    try await partial.complete(with: nil)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
    let range = ByteRange(from: 123_456, upTo: 876_543)
    #expect(
        try await service.bytes(of: blob.digest, in: range) == blob.bytes(in: 123_456..<876_543)
    )
}

@Sendable private func completedWithHashes(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 900_000, seed: 62)
    var hasher = TreeHasher()
    hasher.update(blob.content.readableBytesSpan)
    _ = hasher.finalize()
    let tree = HashTree(size: 900_000)
    let outboard = try Outboard(blob.digest, tree, values: hasher.takeValues())
    let partial = try await service.partialBlob(blob.digest, size: 900_000)
    try await partial.write(blob, 0..<900_000, by: 90_000)
    try await partial.complete(with: outboard)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
    if let kept = try await service.outboard(of: blob.digest, in: .all) {
        #expect(kept == outboard)
    }
}

@Sendable private func wrongParts(_ service: any BlobService) async throws {
    for size in [1000, 50_000, 800_000] {
        let (blob, other) = (TestBlob(size: size, seed: 63), TestBlob(size: size, seed: 64))
        let partial = try await service.partialBlob(blob.digest, size: UInt64(size))
        try await partial.write(other, 0..<size, by: 100_000)
        await expectError(.corrupt, "completing another blob of \(size) bytes") {
            try await partial.complete(with: nil)
        }
        #expect(try await service.has(blob.digest) == false)
        #expect(try await service.read(blob.digest) == nil)
    }
}

@Sendable private func adoptedChunks(_ service: any BlobService) async throws {
    let parts = (0..<4).map { TestBlob(size: 50_000 + $0 * 1000, seed: UInt64(65 + $0)) }
    for part in parts.dropLast() { try await service.put(part) }
    var content = ByteBuffer()
    var placed: [PlacedChunk] = []
    for part in parts {
        let chunk = ChunkReference(digest: part.digest, size: UInt64(part.size))
        placed.append(PlacedChunk(chunk, at: UInt64(content.readableBytes)))
        content.writeImmutableBuffer(part.content)
    }
    let blob = TestBlob(content)
    let partial = try await service.partialBlob(blob.digest, size: UInt64(blob.size))
    try await partial.adopt(placed)
    let rest = Int(placed[3].offset)..<blob.size
    #expect(partial.parts == RangeSet(0..<placed[3].offset))
    #expect(try await partial.bytes(in: 0..<rest.lowerBound) == blob.bytes(in: 0..<rest.lowerBound))
    try await partial.write(blob, rest, by: 100_000)
    try await partial.complete(with: nil)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func discardedParts(_ service: any BlobService) async throws {
    let (blob, other) = (TestBlob(size: 400_000, seed: 70), TestBlob(size: 400_000, seed: 71))
    let partial = try await service.partialBlob(blob.digest, size: 400_000)
    try await partial.write(blob, 0..<100_000, by: 100_000)
    try await partial.write(other, 100_000..<300_000, by: 100_000)
    try await partial.write(blob, 300_000..<400_000, by: 100_000)
    try await partial.discard(150_000..<250_000)
    #expect(partial.parts == RangeSet([0..<100_000, 300_000..<400_000]))
    try await partial.write(blob, 100_000..<300_000, by: 100_000)
    try await partial.complete(with: nil)
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func smallPartialBlobs(_ service: any BlobService) async throws {
    for (size, step) in [(1, 1), (1000, 100), (16_384, 5000), (16_385, 16_384), (40_000, 40_000)] {
        let blob = TestBlob(size: size, seed: 72)
        let partial = try await service.partialBlob(blob.digest, size: UInt64(size))
        try await partial.write(blob, 0..<size, by: step)
        try await partial.complete(with: nil)
        #expect(try await service.bytes(of: blob.digest) == blob.content, "\(size) bytes")
        #expect(try await service.stat(blob.digest)?.size == UInt64(size))
    }
}
