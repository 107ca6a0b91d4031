// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Crypto
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct PutTests {
    private static let pieces = [
        ByteBuffer(string: "one"), ByteBuffer(), ByteBuffer(string: "two"),
    ]

    @Test func sendsTheHash() async throws {
        try await withStorage(Reply(200), Reply(200)) { storage, server async throws in
            #expect(try await storage.put("a/b", Self.pieces, .always))
            #expect(try await storage.put("c", [], .ifAbsent))
            let first = server.requests[0]
            #expect(first.method == .PUT && first.target == "/bucket/a/b" && first.text == "onetwo")
            #expect(first.headers["Content-Length"] == ["6"])
            #expect(!first.headers.contains(name: "If-None-Match"))
            let hash = SHA256.hash(bytes: "onetwo").hexadecimal
            #expect(first.headers["x-amz-content-sha256"] == [hash])
            #expect(server.requests[1].headers["Content-Length"] == ["0"])
            #expect(server.requests[1].headers["If-None-Match"] == ["*"])
            #expect(storage.requests.counts[.put] == 2)
            #expect(storage.requests.counts.sentByteCount == 6)
        }
    }

    @Test func heedsTheCondition() async throws {
        try await withStorage(
            .error(412, "PreconditionFailed"),
            .error(409, "ConditionalRequestConflict"),
            Reply(200),
            .error(501, "NotImplemented"),
            Reply(200)
        ) { storage, server async throws in
            #expect(try await storage.put("a", Self.pieces, .ifAbsent) == false)
            #expect(try await storage.put("a", Self.pieces, .ifAbsent))
            #expect(try await storage.put("a", Self.pieces, .ifAbsent))
            let conditions = server.requests.map { $0.headers["If-None-Match"].count }
            #expect(conditions == [1, 1, 1, 1, 0])
        }
    }

    @Test func sendsAgain() async throws {
        try await withStorage(Reply(500), Reply(200, [], "xxxx", cut: 1), Reply(200)) {
            storage,
            server async throws in
            #expect(try await storage.put("a", Self.pieces, .always))
            #expect(server.requests.map(\.text) == ["onetwo", "onetwo", "onetwo"])
            #expect(storage.requests.counts.sentByteCount == 18)
        }
    }

    @Test func cutsContentIntoParts() {
        var large = ByteBuffer(repeating: 1, count: 10)
        large.moveReaderIndex(forwardBy: 1)
        let parts = Partition([large, ByteBuffer(), large], partByteCount: 5)
        #expect(parts.byteCount == 18 && parts.count == 4)
        #expect((0..<4).map { parts.part($0).map(\.readableBytes) } == [[5], [4, 1], [5], [3]])
        #expect(Partition([], partByteCount: 5).count == 0)
        let many = Partition([ByteBuffer(repeating: 0, count: 20_001)], partByteCount: 1)
        #expect(many.count == 6_667 && many.part(6_666).map(\.readableBytes) == [3])
    }
}
