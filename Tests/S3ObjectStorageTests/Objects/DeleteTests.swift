// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct DeleteTests {
    private static let done = Reply(200, [], "<DeleteResult xmlns=\"x\"></DeleteResult>")

    private static func failed(_ errors: (key: String, code: String)...) -> Reply {
        let text = errors.map {
            "<Error><Key>\($0.key)</Key><Code>\($0.code)</Code><Message>words</Message></Error>"
        }
        return Reply(200, [], "<DeleteResult>\(text.joined())</DeleteResult>")
    }

    @Test func deletesByTheThousand() async throws {
        try await withStorage(Self.done, Self.done, Reply(204)) {
            $0.prefix = "a&b"
        } _: { storage, server async throws in
            try await storage.delete((0..<2_001).map { "k\($0)" })
            #expect(server.requests.map(\.method) == [.POST, .POST, .DELETE])
            let first = server.requests[0]
            #expect(first.target == "/bucket?delete=")
            #expect(first.text.hasPrefix("<Delete "))
            #expect(first.text.contains("<Object><Key>a&amp;b/k0</Key></Object>"))
            #expect(first.text.contains("k999<") && !first.text.contains("k1000<"))
            #expect(first.headers["Content-MD5"][0].utf8.count == 24)
            #expect(server.requests[2].target == "/bucket/a%26b/k2000")
            #expect(storage.requests.counts[.delete] == 3)
        }
    }

    @Test func triesTheRestAgain() async throws {
        try await withStorage(
            Self.failed((key: "a", code: "NoSuchKey"), (key: "b", code: "InternalError")),
            Self.done
        ) { storage, server async throws in
            try await storage.delete(["a", "b", "c"])
            #expect(server.requests[1].text.contains("<Quiet>true</Quiet><Object><Key>b</Key>"))
            #expect(!server.requests[1].text.contains("<Key>c</Key>"))
        }
    }

    @Test func takesAnErrorAboutAnotherKeyForThatOfAll() async throws {
        try await withStorage(
            Self.failed((key: "x", code: "InternalError"), (key: "b", code: "InternalError")),
            Self.done
        ) { storage, server async throws in
            try await storage.delete(["a", "b"])
            let last = try #require(server.requests.last).text
            #expect(server.requests.count == 2)
            #expect(last.contains("<Key>a</Key>") && last.contains("<Key>b</Key>"))
            #expect(!last.contains("<Key>x</Key>"))
        }
    }

    @Test func takesAnErrorWithoutAKeyForThatOfAll() async throws {
        func failed(_ error: String) -> Reply {
            Reply(200, [], "<DeleteResult><Error>\(error)</Error></DeleteResult>")
        }
        try await withStorage(
            failed("<Code>SlowDown</Code>"),
            failed("<Key></Key><Code>SlowDown</Code>"),
            Self.done
        ) { storage, server async throws in
            try await storage.delete(["a", "b"])
            for request in server.requests {
                let text = request.text
                #expect(text.contains("<Key>a</Key>") && text.contains("<Key>b</Key>"))
            }
            #expect(server.requests.count == 3)
        }
        for (answer, words) in [
            ("<Message>words</Message>", "s3://bucket: DeleteObjects: words (2 of 2"),
            ("<Key>b</Key>", "s3://bucket/b: DeleteObjects: the server does not say why (1 of 2"),
        ] {
            try await withStorage(failed(answer)) { storage, _ async throws in
                let error = try await failure { try await storage.delete(["a", "b"]) }
                #expect(error.code == .refused)
                #expect(error.message == "\(words) objects not removed)")
            }
        }
    }

    @Test func saysWhatIsLeft() async throws {
        try await withStorage(Self.failed((key: "b", code: "AccessDenied"))) {
            storage,
            _ async throws in
            let error = try await failure { try await storage.delete(["a", "b", "c"]) }
            #expect(error.code == .refused)
            #expect(
                error.message
                    == "s3://bucket/b: DeleteObjects: AccessDenied: words (1 of 3 objects not removed)"
            )
        }
    }

    @Test func deletesOneByOne() async throws {
        let server = try await ScriptedServer { request, _ in
            request.method == .POST ? .error(501, "NotImplemented") : Reply(204)
        }
        try await withStorage(on: server) { storage, server async throws in
            for _ in 0..<2 { try await storage.delete((0..<20).map { "k\($0)" }) }
            #expect(server.requests.count == 41)
            #expect(server.requests.filter { $0.method == .POST }.count == 1)
            #expect(Set(server.requests.map(\.target)).count == 21)
        }
        let broken = try await ScriptedServer { request, _ in
            request.method == .POST
                ? Reply(405) : request.target.hasSuffix("7") ? Reply(403) : Reply(204)
        }
        try await withStorage(on: broken) { storage, _ async throws in
            let error = try await failure { try await storage.delete((0..<20).map { "k\($0)" }) }
            #expect(error.code == .refused && error.message.contains("7: DeleteObject: "))
        }
    }

    @Test func deletesNothing() async throws {
        try await withStorage(.error(404, "NoSuchKey"), .error(404, "NoSuchBucket")) {
            storage,
            server async throws in
            try await storage.delete([])
            #expect(server.requests.isEmpty)
            try await storage.delete(["a"])
            let error = try await failure { try await storage.delete(["a"]) }
            #expect(error.code == .refused)
        }
    }

    @Test func refusesAPageOfSomebodyElse() async throws {
        try await withStorage(Reply(200, [], "<html/>")) { storage, _ async throws in
            let error = try await failure { try await storage.delete(["a", "b"]) }
            #expect(error.code == .corrupt)
        }
    }
}
