// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct RemedyTests {
    private static let head = Reply(
        200,
        [("Last-Modified", "Mon, 12 Oct 2009 17:50:30 GMT")],
        "12345"
    )
    private static let skewed = [("Date", "Fri, 01 Jan 2100 00:00:00 GMT")]

    @Test func setsTheClock() async throws {
        let replies = [
            Reply.error(403, "RequestTimeTooSkewed", "late", Self.skewed), Self.head, Self.head,
        ]
        try await withStorage(on: ScriptedServer(replies)) { storage, server async throws in
            for _ in 0..<2 {
                let info = try await storage.head("a")
                #expect(info?.size == 5 && info?.modificationTime == 1_255_369_830)
            }
            #expect(server.requests.count == 3)
            for request in server.requests.dropFirst() {
                #expect(request.headers["x-amz-date"][0].hasPrefix("21000101T00000"))
            }
        }
    }

    @Test func saysThatTheClockIsWrong() async throws {
        let reply = Reply.error(403, "RequestTimeTooSkewed", "late", Self.skewed)
        try await withStorage(reply, reply, Self.head) { storage, _ async throws in
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.code == .refused)
            #expect(error.message.contains("s away from that of the server; set it"))
        }
    }

    @Test(arguments: [
        Reply(301, [("x-amz-bucket-region", "eu-west-3")]),
        Reply(400, [("x-amz-bucket-region", "eu-west-3")]),
        .error(400, "AuthorizationHeaderMalformed", more: "<Region>eu-west-3</Region>"),
        .error(301, "PermanentRedirect", "elsewhere", [("x-amz-bucket-region", "eu-west-3")]),
        .error(307, "TemporaryRedirect", "elsewhere", [("x-amz-bucket-region", "eu-west-3")]),
    ])
    func goesToTheRegion(_ reply: Reply) async throws {
        try await withStorage(reply, Self.head, Self.head) { storage, server async throws in
            #expect(try await text(of: storage.read("a", in: nil)) == "12345")
            _ = try await storage.head("a")
            let regions = server.requests.map { request in
                request.headers["Authorization"][0].split(separator: "/")[2]
            }
            #expect(regions == ["us-east-1", "eu-west-3", "eu-west-3"])
        }
    }

    @Test func saysWhichRegionToWrite() async throws {
        let reply = Reply.error(
            301,
            "PermanentRedirect",
            "x",
            [("x-amz-bucket-region", "eu-west-3")]
        )
        try await withStorage(reply, reply, reply) { storage, _ async throws in
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.code == .refused)
            #expect(error.message.hasSuffix("eu-west-3: write aws_endpoint_url accordingly"))
            var request = S3Request("GetObject", .get, .GET, "a")
            request.declining = [301]
            let answer = try await storage.client.perform(request) { (response) throws(Problem) in
                response.status
            }
            guard case .declined(let refusal) = answer else {
                Issue.record("\(answer)")
                return
            }
            for (endpoint, advice): (String?, String) in [
                (nil, "write aws_region=eu-west-3"),
                ("https://s3.amazonaws.com", "eu-west-3: leave aws_endpoint_url out"),
                ("https://s3.cn-north-1.amazonaws.com.cn", "leave aws_endpoint_url out"),
                ("https://amazonaws.com.example.org", "write aws_endpoint_url accordingly"),
            ] {
                var options = testOptions(nil)
                options.endpoint = endpoint
                let found = refusal.advice(try Settings(options), now: WallClock.seconds)
                #expect(found?.hasSuffix(advice) == true, "\(found ?? "none")")
            }
        }
        let elsewhere = Reply.error(
            307,
            "TemporaryRedirect",
            more: "<Endpoint>b.s3.x.org</Endpoint>"
        )
        try await withStorage(elsewhere) { storage, _ async throws in
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.message.contains("the bucket is elsewhere, b.s3.x.org"))
        }
        let nonsense = Reply(301, [("x-amz-bucket-region", "evil.example.org/")])
        try await withStorage(nonsense) { storage, server async throws in
            _ = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(server.requests.count == 1)
        }
    }

    @Test func saysThatTheRegionOfAServerDidNotHelp() async throws {
        let redirection = Reply(301, [("x-amz-bucket-region", "eu-west-3")])
        let refusal = Reply.error(
            400,
            "AuthorizationHeaderMalformed",
            more: "<Region>us-east-1</Region>"
        )
        try await withStorage(redirection, refusal) { storage, server async throws in
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.message.hasSuffix("eu-west-3: write aws_endpoint_url accordingly"))
            #expect(server.requests.count == 2)
        }
    }

    /// A server that names the region in the bodies of its answers, and nowhere else.
    private func serverInGarage() async throws -> ScriptedServer {
        try await ScriptedServer { request, _ in
            let isRight = request.headers["Authorization"].joined().contains("/garage/s3/")
            let more = "<Region>garage</Region>"
            return isRight ? Self.head : .error(400, "AuthorizationHeaderMalformed", more: more)
        }
    }

    @Test func asksForTheRegionIfAnswersHaveNoBody() async throws {
        try await withStorage(on: serverInGarage()) { storage, server async throws in
            for _ in 0..<2 { #expect(try await storage.head("a")?.size == 5) }
            #expect(server.requests.map(\.method) == [.HEAD, .GET, .GET, .HEAD, .HEAD])
            #expect(server.requests[1].target == "/bucket?list-type=2&max-keys=0")
        }
    }

    @Test func asksForTheRegionOnce() async throws {
        try await withStorage(on: serverInGarage()) { storage, server async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let info = try await storage.head("\(index)")
                        #expect(info?.size == 5)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.filter { $0.method == .GET }.count == 2)
        }
        let closed = try await ScriptedServer { _, _ in .error(403, "AccessDenied") }
        try await withStorage(on: closed) { storage, server async throws in
            for _ in 0..<2 {
                let error = try await failure { _ = try await storage.head("a") }
                #expect(error.code == .refused && error.message.contains("HeadObject: the server"))
            }
            #expect(server.requests.map(\.method) == [.HEAD, .GET, .HEAD])
        }
    }

    @Test func asksForNoRegionIfItIsKnown() async throws {
        try await withStorage(Self.head, Reply(403)) { storage, server async throws in
            #expect(try await storage.head("a") != nil)
            _ = try await failure { _ = try await storage.head("a") }
            #expect(server.requests.map(\.method) == [.HEAD, .HEAD])
        }
        try await withStorage(Reply(403)) {
            $0.credentials = .anonymous
        } _: { storage, server async throws in
            _ = try await failure { _ = try await storage.head("a") }
            #expect(server.requests.count == 1)
        }
    }

    @Test func renewsCredentials() async throws {
        let replies: [Reply] = [
            .error(400, "ExpiredToken"), Self.head, .error(400, "ExpiredToken"),
            .error(400, "ExpiredToken"),
        ]
        try await withStorage(on: ScriptedServer(replies)) {
            $0.credentials = .automatic
            $0.environment["AWS_ACCESS_KEY_ID"] = "ENV"
            $0.environment["AWS_SECRET_ACCESS_KEY"] = "secret"
            $0.environment["AWS_SESSION_TOKEN"] = "the-token"
        } _: { storage, server async throws in
            #expect(try await storage.read("a", in: nil) != nil)
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.code == .refused && error.message.contains("token has expired"))
            #expect(server.requests.count == 4)
            #expect(
                server.requests.allSatisfy { $0.headers["x-amz-security-token"] == ["the-token"] }
            )
        }
    }

    @Test func signsNothingIfAnonymous() async throws {
        try await withStorage(Self.head, .error(403, "AccessDenied")) {
            $0.credentials = .anonymous
        } _: { storage, server async throws in
            #expect(try await storage.read("a", in: nil) != nil)
            let headers = try #require(server.requests.first).headers
            #expect(!headers.contains(name: "Authorization"))
            #expect(!headers.contains(name: "x-amz-date"))
            let error = try await failure { _ = try await storage.read("a", in: nil) }
            #expect(error.message.contains("may not be public"))
        }
    }

    @Test func sendsWhatItSigns() async throws {
        try await withStorage(Self.head) {
            $0.prefix = "ü ä/it's+(1)"
            $0.userAgent = "tests/1"
            $0.credentials = .fixed(
                S3Credentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "t")
            )
        } _: { storage, server async throws in
            #expect(try await storage.head("a.b/c_d-e") != nil)
            let request = try #require(server.requests.first)
            let path = "/bucket/%C3%BC%20%C3%A4/it%27s%2B%281%29/a.b/c_d-e"
            #expect(request.target == path)
            #expect(request.headers["Host"] == [String(server.url.dropFirst(7))])
            #expect(request.headers["User-Agent"] == ["tests/1"])
            #expect(request.headers["x-amz-security-token"] == ["t"])
            #expect(
                request.headers["Authorization"][0].contains(
                    "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,"
                )
            )
        }
    }
}
