// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1
import NIOPosix
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct RetryTests {
    private static let found = Reply(200, [("ETag", "\"1\"")], "content")

    @Test(arguments: [
        Reply.error(500, "InternalError"), .error(503, "SlowDown", more: "<Retry>1</Retry>"),
        Reply(502, [], "<html>"), Reply(504), Reply(429, [("Retry-After", "0")]),
        .error(408, "RequestTimeout"), Reply(200, [("ETag", "\"1\"")], "content", cut: 0),
        .error(409, "OperationAborted"), .error(400, "RequestTimeout"), Reply(499), Reply(507),
        Reply(509), Reply(522, [], "<html>"), Reply(530),
    ])
    func triesAgain(_ reply: Reply) async throws {
        try await withStorage(reply, reply, Self.found) { storage, server async throws in
            #expect(try await text(of: storage.read("a", in: nil)) == "content")
            #expect(server.requests.count == 3)
            #expect(storage.requests.counts[.get] == 3)
            let dates = Set(server.requests.map { $0.headers["Authorization"].count })
            #expect(dates == [1])
        }
    }

    @Test func givesUp() async throws {
        let reply = Reply.error(503, "SlowDown", "please")
        try await withStorage(reply, reply, reply, Self.found) { storage, server async throws in
            let error = try await failure { _ = try await storage.read("a/b", in: nil) }
            #expect(error.code == .unavailable)
            #expect(
                error.message
                    == "s3://bucket/a/b: GetObject: the server answers 503 SlowDown: please"
            )
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        (Reply.error(400, "InvalidRequest"), "400 InvalidRequest: words"),
        (.error(401, "Unauthorized"), "401"), (Reply(403, [], "gibberish"), "403"),
        (.error(403, "AccessDenied"), "s3:ListBucket"),
        (.error(403, "InvalidAccessKeyId"), "does not know the access key"),
        (.error(403, "SignatureDoesNotMatch"), "secret key does not belong"),
        (.error(404, "NoSuchBucket"), "there is no bucket bucket"),
        (.error(501, "NotImplemented"), "501 NotImplemented"), (Reply(505), "505"),
        (.error(403, "X", String(repeating: "a", count: 5_000)), "403 X: aaa"),
    ])
    func doesNotTryAgain(_ reply: Reply, _ words: String) async throws {
        try await withStorage(reply, Self.found) { storage, server async throws in
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.code == .refused)
            #expect(error.message.hasPrefix("s3://bucket/a: GetObject: the server answers "))
            #expect(error.message.contains(words))
            #expect(error.message.utf8.count < 1_000 && !"\(error)".contains("hidden"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func triesToConnectAgain() async throws {
        let server = try await ScriptedServer([])
        await server.stop()
        try await withStorage(on: server) { storage, _ async throws in
            let error = try await failure { _ = try await storage.head("a") }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("\(server.url): the connection failed"))
            #expect(storage.requests.counts[.head] == 3)
        }
    }

    @Test func noticesAStall() async throws {
        let found = Self.found
        let server = try await ScriptedServer { _, index in index == 0 ? .hanging : found }
        try await withStorage(on: server) {
            $0.stallTimeout = .milliseconds(500)
            // A busy machine looks like a stall as well.
            $0.retryCount = 10
        } _: { storage, server async throws in
            #expect(try await text(of: storage.read("a", in: nil)) == "content")
            #expect(server.requests.count >= 2)
        }
    }

    @Test func noticesThatNothingIsTaken() async throws {
        let deaf = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        var options = testOptions(nil)
        options.endpoint = "http://127.0.0.1:\(deaf.localAddress?.port ?? 0)"
        options.stallTimeout = .milliseconds(300)
        options.partByteCount = 64 << 20
        let storage = try S3Storage(options)
        let content = ByteBuffer(repeating: 1, count: 32 << 20)
        let error = try await failure { try await storage.put("a", content) }
        #expect(error.code == .unavailable && error.message.contains("no sign of"))
        #expect(storage.requests.counts[.put] == 3)
        await storage.shutDown()
        try await deaf.close()
    }

    @Test func endsWhenCancelled() async throws {
        try await withStorage(.hanging) { storage, server async throws in
            let error = await withTaskGroup(of: BlobError?.self) { group in
                group.addTask {
                    do throws(BlobError) {
                        _ = try await storage.head("a")
                        return nil
                    } catch {
                        return error
                    }
                }
                try? await wait { server.requests.count == 1 }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            try await wait { server.openConnections == 0 }
        }
    }

    @Test func refusesWorkAfterShutdown() async throws {
        try await withStorage(Self.found) { storage, _ async throws in
            await storage.shutDown()
            await storage.shutDown()
            let error = try await failure { _ = try await storage.head("a") }
            #expect(error.code == .refused && error.message.contains("has been shut down"))
        }
    }

    @Test func closesConnectionsWhenItGoes() async throws {
        let server = try await ScriptedServer([Self.found, Self.found])
        var storage: S3Storage? = try S3Storage(testOptions(server))
        let body = try await storage?.read("a", in: nil)
        storage = nil
        #expect(try await text(of: body) == "content")
        try await wait { server.openConnections == 1 }
        storage = try S3Storage(testOptions(server))
        _ = try await storage?.head("a")
        storage = nil
        // That of the body, which is still there.
        try await wait { server.openConnections == 1 }
        #expect(body != nil)
        await server.stop()
    }
}
