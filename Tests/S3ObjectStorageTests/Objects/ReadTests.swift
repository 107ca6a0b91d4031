// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct ReadTests {
    private static let tag = ("ETag", "\"v1\"")

    private static func part(_ range: String, _ body: String, cut: Int? = nil) -> Reply {
        Reply(206, [tag, ("Content-Range", "bytes \(range)")], body, cut: cut)
    }

    @Test func readsARange() async throws {
        try await withStorage(Self.part("2-4/10", "234")) { storage, server async throws in
            let body = try await storage.read("a", in: 2..<5)
            #expect(body?.objectSize == 10)
            #expect(try await text(of: body) == "234")
            #expect(server.requests[0].headers["Range"] == ["bytes=2-4"])
            #expect(storage.requests.counts.receivedByteCount == 3)
        }
    }

    @Test func clipsRanges() async throws {
        let missed = Reply.error(416, "InvalidRange", "x", [("Content-Range", "bytes */10")])
        try await withStorage(
            Self.part("8-9/10", "89"),
            missed,
            .error(416, "InvalidRange"),
            Reply(200, [], "0123456789"),
            Reply(200, [], "0123456789")
        ) { storage, server async throws in
            #expect(try await text(of: storage.read("a", in: 8..<1 << 63)) == "89")
            #expect(server.requests[0].headers["Range"] == ["bytes=8-9223372036854775807"])
            for range: Range<UInt64> in [10..<12, 20..<22, 5..<5] {
                let body = try await storage.read("a", in: range)
                #expect(body?.objectSize == 10)
                #expect(try await text(of: body) == "")
            }
            #expect(server.requests.map(\.method) == [.GET, .GET, .GET, .HEAD, .HEAD])
        }
    }

    @Test func takesThePartOfAWholeObject() async throws {
        let whole = Reply(200, [Self.tag], "0123456789")
        try await withStorage(whole, whole, whole) { storage, _ async throws in
            for (range, expected): (Range<UInt64>, String) in [
                (3..<6, "345"), (8..<20, "89"), (12..<20, ""),
            ] {
                let body = try await storage.read("a", in: range)
                #expect(body?.objectSize == 10)
                #expect(try await text(of: body) == expected)
            }
        }
    }

    @Test func believesTheRangeOfAWholeAnswer() async throws {
        let reply = Reply(200, [("Content-Range", "bytes 3-5/10")], "345")
        try await withStorage(reply) { storage, _ async throws in
            let body = try await storage.read("a", in: 3..<6)
            #expect(body?.objectSize == 10)
            #expect(try await text(of: body) == "345")
        }
    }

    @Test(arguments: [
        Reply(206, [], "345"), part("2-4/10", "234"), part("3-6/10", "3456"), part("3-5/4", "345"),
        part("3-5/*", "345"), part("5-3/10", "345"), part("3-5/10", "3456"), Reply(204),
        part("x", "345"), part("*/10", "345"), part("3-18446744073709551615/10", "345"),
    ])
    func refusesNonsense(_ reply: Reply) async throws {
        try await withStorage(reply) { storage, _ async throws in
            let error = try await failure { _ = try await storage.read("a", in: 3..<6) }
            #expect(error.code == .corrupt)
            #expect(error.message.hasPrefix("s3://bucket/a: GetObject: "))
        }
    }

    @Test func tellsAbsenceFromAMissingBucket() async throws {
        try await withStorage(
            .error(404, "NoSuchKey"),
            .error(404, "NoSuchBucket"),
            Reply(404)
        ) { storage, server async throws in
            #expect(try await storage.read("a", in: nil) == nil)
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.message.hasSuffix("there is no bucket bucket"))
            #expect(try await storage.head("a") == nil)
            #expect(server.requests.count == 3)
        }
        try await withStorage(Reply(404), Reply(403), Reply(404)) { storage, server async throws in
            #expect(try await storage.head("a") == nil)
            #expect(try await storage.head("a") == nil)
            #expect(server.requests.map(\.target) == ["/bucket/a", "/bucket", "/bucket/a"])
        }
        try await withStorage(Reply(404), Reply(404)) { storage, _ async throws in
            let error = try await failure { _ = try await storage.head("a") }
            #expect(error.message.contains("there is no bucket bucket"))
        }
    }

    @Test func goesOnAfterACut() async throws {
        try await withStorage(
            Reply(200, [Self.tag], "0123456789", cut: 4),
            Self.part("4-9/10", "456789", cut: 0),
            Self.part("4-9/10", "456789", cut: 1),
            .error(503, "SlowDown"),
            Self.part("5-6/10", "56"),
            Self.part("7-9/10", "789")
        ) { storage, server async throws in
            #expect(try await text(of: storage.read("a", in: nil)) == "0123456789")
            #expect(
                server.requests.dropFirst().map { $0.headers["Range"][0] }
                    == ["bytes=4-9", "bytes=4-9", "bytes=5-9", "bytes=5-9", "bytes=7-9"]
            )
            #expect(server.requests.dropFirst().allSatisfy { $0.headers["If-Match"] == ["\"v1\""] })
            #expect(storage.requests.counts[.get] == 6)
        }
    }

    @Test func givesUpWithoutProgress() async throws {
        let whole = Reply(200, [Self.tag], "0123456789", cut: 4)
        let cut = Self.part("4-9/10", "456789", cut: 0)
        try await withStorage(whole, cut, cut, cut) { storage, server async throws in
            let body = try #require(try await storage.read("a", in: nil))
            let error = try await failure { _ = try await text(of: body) }
            #expect(error.code == .unavailable)
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        Reply.error(412, "PreconditionFailed"), .error(404, "NoSuchKey"),
        Reply(206, [("ETag", "\"v2\""), ("Content-Range", "bytes 4-9/10")], "456789"),
        Reply(206, [tag, ("Content-Range", "bytes 4-9/11")], "456789"),
    ])
    func mixesNoVersions(_ reply: Reply) async throws {
        try await withStorage(
            Reply(200, [Self.tag], "0123456789", cut: 4),
            reply,
            reply,
            reply
        ) { storage, _ async throws in
            let body = try #require(try await storage.read("a", in: nil))
            let error = try await failure { _ = try await text(of: body) }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("has been replaced while it was read"))
        }
    }

    @Test func closesTheConnectionOfABodyThatIsDropped() async throws {
        let size = 64 << 20
        let reply = Reply(200, [Self.tag], String(repeating: "x", count: size))
        try await withStorage(reply) { storage, server async throws in
            var body = try await storage.read("a", in: nil)
            var iterator = body?.makeAsyncIterator()
            #expect(try await iterator?.next() != nil)
            #expect(server.openConnections == 1)
            #expect(storage.requests.counts.receivedByteCount < size / 4)
            (iterator, body) = (nil, nil)
            try await wait { server.openConnections == 0 }
        }
    }

    @Test func servesAReaderThatTakesItsTime() async throws {
        let text = String(repeating: "0123456789", count: 1 << 20)
        let server = try await ScriptedServer { request, _ in
            guard let range = request.headers["Range"].first else {
                return Reply(200, [Self.tag], text)
            }
            let start = Int(range.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
            return Self.part(
                "\(start)-\(text.utf8.count - 1)/\(text.utf8.count)",
                String(text.dropFirst(start))
            )
        }
        try await withStorage(on: server) {
            $0.stallTimeout = .milliseconds(300)
        } _: { storage, server async throws in
            let body = try #require(try await storage.read("a", in: nil))
            var found = ""
            for try await piece in body {
                if found.isEmpty { try await wait { server.openConnections == 0 } }
                found += String(buffer: piece)
            }
            #expect(found == text)
            #expect(server.requests.count > 1)
        }
    }

    @Test func endsWhenCancelled() async throws {
        let reply = Reply(200, [Self.tag, ("Content-Length", "10")], "012")
        try await withStorage(reply) { storage, _ async throws in
            let body = try #require(try await storage.read("a", in: nil))
            let seen = AsyncStream.makeStream(of: Void.self)
            let error = await withTaskGroup(of: BlobError?.self) { group in
                group.addTask {
                    do throws(BlobError) {
                        for try await _ in body { seen.continuation.yield() }
                        return nil
                    } catch {
                        return error
                    }
                }
                for await _ in seen.stream { break }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func usesTheConnectionAgain() async throws {
        let content = String(repeating: "x", count: 300_000)
        let server = try await ScriptedServer { request, _ in
            guard request.headers.contains(name: "Range") else { return Reply(200, [], content) }
            return Self.part("7-100006/300000", String(content.prefix(100_000)))
        }
        try await withStorage(on: server) { storage, server async throws in
            for _ in 0..<20 {
                #expect(try await storage.head("a")?.size == 300_000)
                #expect(try await text(of: storage.read("a", in: nil)) == content)
                let part = try await storage.content(of: "a", in: 7..<100_007, upTo: 100_000)
                #expect(part?.readableBytes == 100_000)
                #expect(try await storage.put("a", [ByteBuffer(string: content)], .always))
                try await storage.delete(["a"])
            }
            #expect(server.requests.count == 100)
            #expect(server.connections <= 10)
        }
    }

    @Test func letsInSoManyAtOnce() async throws {
        let server = try await ScriptedServer { request, _ in Reply(200, [], "0123456789") }
        try await withStorage(on: server) {
            $0.concurrency = 4
        } _: { storage, server async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let found = try await text(of: storage.read("\(index)", in: nil))
                        #expect(found == "0123456789")
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.connections <= 8)
            #expect(storage.requests.counts[.get] == 200)
        }
    }

    @Test(arguments: ["", "/a", "a/", "a//b", "a/../b", ".", "a b", "ä", "a?b"])
    func refusesKeys(_ key: String) async throws {
        try await withStorage { storage, server async throws in
            #expect(try await failure { _ = try await storage.head(key) }.code == .refused)
            #expect(server.requests.isEmpty)
        }
    }
}
