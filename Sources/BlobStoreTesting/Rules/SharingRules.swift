// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

let sharingRules = [
    StoreRule("many writers of one blob agree", manyWritersOfOneBlob),
    StoreRule("many writers of many blobs do not mix them up", manyWritersOfManyBlobs),
    StoreRule("blobs with parts in common read back", commonParts),
    StoreRule("a list has every blob once, in order", listIsComplete),
]

@Sendable private func manyWritersOfOneBlob(_ service: any BlobService) async throws {
    let blob = TestBlob(size: 700_000)
    try await withThrowingTaskGroup { group in
        for index in 0..<6 {
            group.addTask {
                var writer = try await BlobWriter(to: service)
                for piece in blob.pieces(of: [50_000 + index * 10_000]) {
                    try await writer.write(piece)
                }
                return try await writer.finish()
            }
        }
        for try await digest in group { #expect(digest == blob.digest) }
    }
    #expect(try await service.bytes(of: blob.digest) == blob.content)
}

@Sendable private func manyWritersOfManyBlobs(_ service: any BlobService) async throws {
    let blobs = (0..<60).map { TestBlob(size: $0 * $0 * 50, seed: UInt64($0)) }
    try await withThrowingTaskGroup { group in
        for blob in blobs { group.addTask { try await service.put(blob) } }
        try await group.waitForAll()
    }
    #expect(try await service.missing(among: blobs.map(\.digest)) == [])
    for blob in blobs {
        #expect(try await service.bytes(of: blob.digest) == blob.content)
    }
}

@Sendable private func commonParts(_ service: any BlobService) async throws {
    let first = TestBlob(size: 1_000_000)
    var edited = first.bytes(in: 0..<400_000)
    edited.writeString("an insertion")
    edited.writeImmutableBuffer(first.bytes(in: 400_000..<1_000_000))
    let second = TestBlob(edited)
    try await service.put(first)
    try await service.put(second)
    #expect(try await service.bytes(of: first.digest) == first.content)
    #expect(try await service.bytes(of: second.digest) == second.content)
}

@Sendable private func listIsComplete(_ service: any BlobService) async throws {
    guard let service = service as? any ListableBlobService else { return }
    let sizes = [5, 700_000] + Array(20..<40)
    let blobs = sizes.map { TestBlob(size: $0, seed: 3) }
    for blob in blobs { try await service.put(blob) }
    var listed: [ListedBlob] = []
    while case let page = try await service.list(after: listed.last?.digest, limit: 7),
        !page.isEmpty
    {
        #expect(page.count <= 7)
        listed += page
    }
    let expected = blobs.map { ListedBlob(digest: $0.digest, size: UInt64($0.size)) }
    #expect(listed == expected.sorted { $0.digest < $1.digest })
}
