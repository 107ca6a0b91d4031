// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Testing

let proofRules = [
    StoreRule("an outboard, if there is one, is that of the content", outboardsAreRight),
    StoreRule("an outboard of a range checks the groups of that range", outboardsOfRanges),
    StoreRule("a slice, if there is one, proves its range", slicesAreRight),
    StoreRule("an absent blob has neither outboard nor slice", absentBlobsHaveNoProof),
]

/// The outboard of a blob, computed from its content.
private func outboard(of blob: TestBlob) throws -> Outboard {
    var hasher = TreeHasher()
    hasher.update(blob.content.readableBytesSpan)
    let digest = hasher.finalize()
    let tree = HashTree(size: UInt64(blob.size))
    return try Outboard(digest, tree, values: hasher.takeValues())
}

@Sendable private func outboardsAreRight(_ service: any BlobService) async throws {
    for size in TestBlob.edgeSizes {
        let blob = TestBlob(size: size)
        try await service.put(blob)
        guard let found = try await service.outboard(of: blob.digest, in: .all) else { continue }
        let expected = try outboard(of: blob)
        #expect(found == expected, "\(size) bytes")
        #expect(found.bytes() == expected.bytes(), "\(size) bytes")
    }
}

@Sendable private func outboardsOfRanges(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 900_001)
    try await service.put(blob)
    let size = UInt64(blob.size)
    let ranges = [
        ByteRange(from: 0, upTo: 1), ByteRange(from: 16_384, upTo: 16_384),
        ByteRange(from: 16_383, upTo: 16_385), ByteRange(from: 500_000), ByteRange(from: size),
    ]
    for range in ranges {
        guard let outboard = try await service.outboard(of: blob.digest, in: range) else {
            continue
        }
        let wanted = outboard.tree.groups(touching: try range.resolved(against: size))
        #expect(outboard.digest == blob.digest)
        #expect(outboard.tree == HashTree(size: size))
        #expect(outboard.groups == wanted, "\(range)")
        let bytes = outboard.tree.bytes(ofGroups: wanted)
        let content = blob.bytes(in: Int(bytes.lowerBound)..<Int(bytes.upperBound))
        #expect(throws: Never.self) {
            try outboard.check(content.readableBytesSpan, at: wanted.lowerBound)
        }
    }
    if try await service.outboard(of: blob.digest, in: .all) != nil {
        await expectError(.invalidRange, "an outboard behind the end") {
            _ = try await service.outboard(of: blob.digest, in: ByteRange(from: size + 1))
        }
    }
}

@Sendable private func slicesAreRight(_ service: any BlobService) async throws {
    for size in TestBlob.edgeSizes {
        let blob = TestBlob(size: size)
        try await service.put(blob)
        for ranges in [ChunkRanges.all, .last, ChunkRanges(3..<20), ChunkRanges()] {
            guard let slice = try await service.readSlice(blob.digest, ranges) else { continue }
            var decoder = BaoDecoder(
                blob.digest,
                ranges: ranges,
                groupSize: slice.groupSize,
                form: slice.form
            )
            var encoding = ByteBuffer()
            while let piece = try await slice.next() { encoding.writeImmutableBuffer(piece) }
            let taken = try decoder.decode(encoding.readableBytesSpan) { offset, content in
                let start = Int(offset)
                let expected = blob.bytes(in: start..<start + content.byteCount)
                #expect(BLAKE3Digest(hashing: content) == TestBlob(expected).digest)
            }
            #expect(taken == encoding.readableBytes, "\(size) bytes, \(ranges.boundaries)")
            #expect(decoder.next == nil)
            if ranges == .last { #expect(decoder.provenSize == UInt64(size)) }
        }
    }
}

@Sendable private func absentBlobsHaveNoProof(_ service: any BlobService) async throws {
    let absent = TestBlob(size: 100_000, seed: 77).digest
    #expect(try await service.outboard(of: absent, in: .all) == nil)
    #expect(try await service.readSlice(absent, .all) == nil)
}
