// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import NIOCore
import ObjectStorage
import Testing

@testable import S3ObjectStorage

/// Everything once against a real server, if `S3_TEST_URL` names a bucket, such as
/// `s3://bucket/some/prefix`; endpoint and credentials are those of the environment.
@Suite(.enabled(if: S3Options.processEnvironment["S3_TEST_URL"] != nil), .serialized)
struct ServerTests {
    private let options: S3Options
    private let storage: S3Storage

    init() throws {
        let url = try #require(S3Options.processEnvironment["S3_TEST_URL"])
        var options = try S3Options(url: url)
        options.prefix += "\(options.prefix.isEmpty ? "" : "/")run-\(UInt64.random(in: 0 ... .max))"
        options.partByteCount = 5 << 20
        self.options = options
        storage = try S3Storage(options)
    }

    /// Whether `If-None-Match` is heeded; some servers ignore it.
    private var heedsConditions: Bool {
        S3Options.processEnvironment["S3_TEST_IGNORES_CONDITIONS"] == nil
    }

    private func bytes(_ count: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        while buffer.readableBytes < count {
            buffer.writeInteger(UInt64(buffer.readableBytes) &* 0x9E37_79B9_7F4A_7C15)
        }
        return buffer.readSlice(length: count) ?? buffer
    }

    @Test func keepsObjects() async throws {
        #expect(try await storage.head("a/b") == nil)
        #expect(try await storage.read("a/b", in: nil) == nil)
        let content = bytes(100_000)
        #expect(try await storage.put("a/b", [content], .ifAbsent))
        let again = try await storage.put("a/b", [content], .ifAbsent)
        #expect(!again || !heedsConditions)
        let info = try #require(try await storage.head("a/b"))
        #expect(info.size == 100_000 && info.key == "a/b")
        #expect(abs(info.modificationTime - WallClock.seconds) < 600)
        #expect(try await storage.content(of: "a/b", upTo: 1 << 20) == content)
        for range: Range<UInt64> in [0..<1, 0..<100_000, 5_000..<7_000, 99_999..<200_000] {
            let part = try await storage.read("a/b", in: range)
            #expect(part?.objectSize == 100_000)
            let found = try await storage.content(of: "a/b", in: range, upTo: 1 << 20)
            let clamped = range.clamped(to: 0..<100_000)
            #expect(found == content.getSlice(at: Int(clamped.lowerBound), length: clamped.count))
        }
        for range: Range<UInt64> in [100_000..<100_001, 300_000..<400_000, 7..<7] {
            let body = try #require(try await storage.read("a/b", in: range))
            #expect(body.objectSize == 100_000)
            #expect(try await text(of: body) == "")
        }
        try await storage.delete(["a/b"])
        try await storage.delete(["a/b"])
        #expect(try await storage.head("a/b") == nil)
    }

    @Test func keepsNothing() async throws {
        try await storage.put("empty", ByteBuffer())
        #expect(try await storage.head("empty")?.size == 0)
        #expect(try await storage.content(of: "empty", upTo: 0)?.readableBytes == 0)
        #expect(try await text(of: try await storage.read("empty", in: 0..<5)) == "")
        try await storage.delete(["empty"])
    }

    @Test func sendsParts() async throws {
        let content = bytes(22_000_001)
        #expect(try await storage.put("large", [content], .ifAbsent))
        #expect(storage.requests.counts[.part] == 5)
        #expect(try await storage.put("large", [content], .ifAbsent) == false)
        #expect(storage.requests.counts[.part] == 5)
        #expect(try await storage.head("large")?.size == 22_000_001)
        #expect(try await storage.content(of: "large", upTo: 30 << 20) == content)
        #expect(try await storage.put("large", [content], .always))
        try await storage.delete(["large"])
    }

    @Test func listsAndDeletes() async throws {
        let keys = (0..<1_005).map { "list/\($0 % 7)/key_\($0).x" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in keys {
                group.addTask { try await storage.put(key, ByteBuffer(string: key)) }
            }
            try await group.waitForAll()
        }
        try await storage.put("other", ByteBuffer(string: "x"))
        var found: [String: UInt64] = [:]
        var pages = 0
        try await storage.forEachPage(of: "list/") { objects in
            pages += 1
            for object in objects {
                found[object.key] = object.size
                #expect(abs(object.modificationTime - WallClock.seconds) < 600)
            }
        }
        #expect(pages == 2)
        #expect(found.keys.sorted() == keys.sorted())
        #expect(found["list/0/key_0.x"] == 14)
        try await storage.delete(keys + ["list/none"])
        #expect(try await storage.list("list/", from: nil).objects.isEmpty)
        #expect(try await storage.list("", from: nil).objects.map(\.key) == ["other"])
        try await storage.delete(["other"])
        #expect(try await storage.list("", from: nil).objects.isEmpty)
    }

    @Test func tellsMistakesApart() async throws {
        var other = options
        other.bucket = "no-such-bucket-\(UInt64.random(in: 0 ... .max))"
        let elsewhere = try S3Storage(other)
        for error in [
            try await failure { _ = try await elsewhere.head("x") },
            try await failure { _ = try await elsewhere.read("x", in: nil) },
            try await failure { _ = try await elsewhere.list("", from: nil) },
        ] {
            #expect(error.code == .refused)
            #expect(error.message.contains("there is no bucket"))
        }
        other = options
        other.credentials = .fixed(S3Credentials(accessKeyID: "nobody", secretAccessKey: "none"))
        let stranger = try S3Storage(other)
        for error in [
            try await failure { _ = try await stranger.head("x") },
            try await failure { _ = try await stranger.read("x", in: nil) },
            try await failure { try await stranger.put("x", ByteBuffer(string: "x")) },
        ] {
            #expect(error.code == .refused)
            #expect(error.message.contains("403"))
        }
    }
}
