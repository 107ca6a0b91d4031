// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage
import Testing

extension ObjectStorageRule {
    static let readingRules = [
        ObjectStorageRule("an absent object is nil", absentObject),
        ObjectStorageRule("what is put is read back", readsBack),
        ObjectStorageRule("any range is read", ranges),
        ObjectStorageRule("ranges are clipped", clippedRanges),
        ObjectStorageRule("a body may be given up", droppedBody),
        ObjectStorageRule("too many bytes are not taken", limitedContent),
    ]
}

@Sendable private func absentObject(_ storage: any ObjectStorage) async throws {
    #expect(try await storage.head("a/b") == nil)
    #expect(try await storage.content(of: "a/b", upTo: 10) == nil)
    #expect(try await storage.content(of: "a/b", in: 5..<7, upTo: 10) == nil)
}

@Sendable private func readsBack(_ storage: any ObjectStorage) async throws {
    for size in [0, 1, 1000, 700_001] {
        let content = noise(size)
        try await storage.put("some/where/\(size)", content)
        let found = try await storage.content(of: "some/where/\(size)", upTo: size)
        #expect(found == content)
        let info = try #require(try await storage.head("some/where/\(size)"))
        #expect(info.key == "some/where/\(size)" && info.size == UInt64(size))
        #expect(abs(info.modificationTime - WallClock.seconds) < 3600)
        let body = try await storage.read("some/where/\(size)", in: nil)
        #expect(body?.objectSize == UInt64(size))
    }
}

@Sendable private func ranges(_ storage: any ObjectStorage) async throws {
    let content = noise(300_000)
    try await storage.put("object", content)
    for range in [0..<1, 0..<300_000, 1..<2, 299_999..<300_000, 1000..<270_000] {
        let wanted = UInt64(range.lowerBound)..<UInt64(range.upperBound)
        let found = try await storage.content(of: "object", in: wanted, upTo: range.count)
        #expect(found == content.getSlice(at: range.lowerBound, length: range.count))
        #expect(try await storage.read("object", in: wanted)?.objectSize == 300_000)
    }
}

@Sendable private func clippedRanges(_ storage: any ObjectStorage) async throws {
    let content = noise(1000)
    try await storage.put("object", content)
    let tail = try await storage.content(of: "object", in: 900..<5000, upTo: 100)
    #expect(tail == content.getSlice(at: 900, length: 100))
    for range in [1000..<1001, 5000..<6000, 10..<10] as [Range<UInt64>] {
        #expect(try await storage.content(of: "object", in: range, upTo: 0) == ByteBuffer())
    }
}

@Sendable private func droppedBody(_ storage: any ObjectStorage) async throws {
    let content = noise(900_000)
    try await storage.put("object", content)
    for _ in 0..<3 {
        var body = try await storage.read("object", in: nil)?.makeAsyncIterator()
        let first = try #require(try await body?.next())
        #expect(first == content.getSlice(at: 0, length: first.readableBytes))
    }
    #expect(try await storage.content(of: "object", upTo: 900_000) == content)
}

@Sendable private func limitedContent(_ storage: any ObjectStorage) async throws {
    try await storage.put("object", noise(1000))
    do {
        _ = try await storage.content(of: "object", upTo: 999)
        Issue.record("no error")
    } catch {
        #expect(error.code == .corrupt)
    }
}

/// Bytes that do not repeat.
func noise(_ size: Int, seed: UInt64 = 1) -> ByteBuffer {
    var content = ByteBuffer()
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    while content.readableBytes < size {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        content.writeInteger(state >> 24)
    }
    return content.getSlice(at: 0, length: size) ?? content
}
