// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import ObjectStorage
import Testing

extension ObjectStorageRule {
    static let writingRules = [
        ObjectStorageRule("an object is made of pieces", pieces),
        ObjectStorageRule("an object replaces another", replaced),
        ObjectStorageRule("a condition saves work or is ignored", conditional),
        ObjectStorageRule("writers at once leave one whole object", simultaneous),
        ObjectStorageRule("deleted objects are gone", deleted),
        ObjectStorageRule("what is no key is refused", wrongKeys),
        ObjectStorageRule("requests are counted", counted),
    ]
}

@Sendable private func pieces(_ storage: any ObjectStorage) async throws {
    let content = noise(100_000)
    var rest = content
    var pieces: [ByteBuffer] = [ByteBuffer()]
    while let piece = rest.readSlice(length: min(rest.readableBytes, 30_000)),
        piece.readableBytes > 0
    {
        pieces.append(piece)
    }
    #expect(try await storage.put("object", pieces, .always))
    #expect(try await storage.content(of: "object", upTo: 100_000) == content)
    #expect(try await storage.put("nothing", [], .always))
    #expect(try await storage.head("nothing")?.size == 0)
}

@Sendable private func replaced(_ storage: any ObjectStorage) async throws {
    try await storage.put("object", noise(1000, seed: 1))
    try await storage.put("object", noise(10, seed: 2))
    #expect(try await storage.content(of: "object", upTo: 1000) == noise(10, seed: 2))
}

@Sendable private func conditional(_ storage: any ObjectStorage) async throws {
    let (first, second) = (noise(10, seed: 1), noise(10, seed: 2))
    #expect(try await storage.put("object", [first], .ifAbsent))
    let isWritten = try await storage.put("object", [second], .ifAbsent)
    let found = try await storage.content(of: "object", upTo: 10)
    #expect(found == (isWritten ? second : first))
}

@Sendable private func simultaneous(_ storage: any ObjectStorage) async throws {
    await withDiscardingTaskGroup { group in
        for seed in 0..<8 as Range<UInt64> {
            group.addTask {
                do {
                    try await storage.put("one/object", noise(100_000, seed: seed + 1))
                } catch {
                    Issue.record(error)
                }
            }
        }
    }
    let found = try await storage.content(of: "one/object", upTo: 100_000)
    #expect((1...8).contains { found == noise(100_000, seed: $0) })
}

@Sendable private func deleted(_ storage: any ObjectStorage) async throws {
    for name in ["a", "b", "c"] { try await storage.put("x/\(name)", noise(10)) }
    try await storage.delete(["x/a", "x/absent", "x/c"])
    #expect(try await storage.head("x/a") == nil)
    #expect(try await storage.head("x/b") != nil)
    #expect(try await storage.head("x/c") == nil)
    try await storage.delete([])
}

@Sendable private func wrongKeys(_ storage: any ObjectStorage) async throws {
    for key in ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a#1", "a b", "ä", "a\\b"] {
        do {
            try await storage.put(key, noise(1))
            Issue.record("'\(key)' was taken")
        } catch {
            #expect(error.code == .refused)
        }
    }
}

@Sendable private func counted(_ storage: any ObjectStorage) async throws {
    let before = storage.requests.counts
    try await storage.put("object", noise(1000))
    _ = try await storage.content(of: "object", in: 0..<100, upTo: 100)
    _ = try await storage.head("object")
    _ = try await storage.list("", from: nil)
    try await storage.delete(["object"])
    let counts = storage.requests.counts.since(before)
    for kind in [RequestKind.put, .get, .head, .list, .delete] { #expect(counts[kind] >= 1) }
    #expect(counts.sentByteCount >= 1000)
    #expect((100...1000).contains(counts.receivedByteCount))
}
