// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct VirtualHostTests {
    /// The server is at 127.0.0.1, as the virtual host of the bucket `127` might be.
    private func nameBucketInHost(_ options: inout S3Options) {
        options.bucket = "127"
        options.prefix = "pre"
        options.usesVirtualHost = true
    }

    private func expectHost(of server: ScriptedServer) {
        let host = String(server.url.dropFirst("http://".count))
        for request in server.requests {
            #expect(request.headers["Host"] == [host], "\(request.target)")
            let authorization = request.headers["Authorization"].joined()
            #expect(authorization.contains("SignedHeaders=") && authorization.contains("host"))
        }
    }

    @Test func leavesTheBucketOutOfThePathsOfObjects() async throws {
        try await withStorage(
            Reply(200),
            Reply(200, [], "content"),
            Reply(204),
            change: nameBucketInHost
        ) { storage, server async throws in
            try await storage.put("a/b", ByteBuffer(string: "content"))
            #expect(try await text(of: storage.read("a/b", in: nil)) == "content")
            try await storage.delete(["a/b"])
            #expect(server.requests.map(\.method) == [.PUT, .GET, .DELETE])
            #expect(server.requests.map(\.target) == ["/pre/a/b", "/pre/a/b", "/pre/a/b"])
            expectHost(of: server)
        }
    }

    @Test func leavesTheBucketOutOfThePathOfTheBucket() async throws {
        let empty = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        try await withStorage(
            Reply(200, [], empty),
            Reply(200, [], "<DeleteResult></DeleteResult>"),
            change: nameBucketInHost
        ) { storage, server async throws in
            let page = try await storage.list("x/", from: nil)
            #expect(page.objects.isEmpty && page.next == nil)
            try await storage.delete(["a", "b"])
            let targets = server.requests.map(\.target)
            #expect(server.requests.map(\.path) == ["/", "/"], "\(targets)")
            #expect(targets[0].contains("prefix=pre%2Fx%2F"), "\(targets)")
            expectHost(of: server)
        }
    }
}
