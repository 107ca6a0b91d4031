// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Crypto
import Foundation
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
            let checksum = Data(SHA256.hash(bytes: "onetwo")).base64EncodedString()
            #expect(first.headers["x-amz-checksum-sha256"] == [checksum])
            let names = "SignedHeaders=host;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date,"
            #expect(first.headers["Authorization"][0].contains(names))
            #expect(server.requests[1].headers["Content-Length"] == ["0"])
            #expect(server.requests[1].headers["If-None-Match"] == ["*"])
            #expect(storage.requests.counts[.put] == 2)
            #expect(storage.requests.counts.sentByteCount == 6)
        }
    }

    @Test(arguments: [
        Reply.error(400, "InvalidArgument", "Unsupported header 'x-amz-checksum-sha256' received"),
        .error(501, "NotImplemented", "Header 'x-amz-checksum-sha256' not implemented"),
    ])
    func leavesOutChecksumsThatAreRefused(_ reply: Reply) async throws {
        try await withStorage(reply, Reply(200), Reply(200)) { storage, server async throws in
            #expect(try await storage.put("a", Self.pieces, .ifAbsent))
            #expect(try await storage.put("b", Self.pieces, .ifAbsent))
            let checksums = server.requests.map { $0.headers["x-amz-checksum-sha256"].count }
            #expect(checksums == [1, 0, 0])
            #expect(server.requests.allSatisfy { $0.headers["If-None-Match"] == ["*"] })
        }
    }

    @Test func sendsNoHashUnsigned() async throws {
        try await withStorage(Reply(200)) {
            $0.credentials = .anonymous
        } _: { storage, server async throws in
            #expect(try await storage.put("a", Self.pieces, .always))
            let headers = try #require(server.requests.first).headers
            #expect(!headers.contains(name: "x-amz-content-sha256"))
            #expect(!headers.contains(name: "x-amz-checksum-sha256"))
        }
    }

    @Test(arguments: [0, 1, 262_144, 262_145, 1_000_000])
    func hashesManyBytesLikeFew(_ count: Int) async throws {
        let content = ByteBuffer(repeating: 7, count: count)
        let payload = try await Payload.hashing([content, content])
        #expect(payload.byteCount == 2 * count)
        let hash = SHA256.hash(data: [UInt8](repeating: 7, count: 2 * count))
        #expect(payload.hash == hash.hexadecimal)
        #expect(payload.checksum == Data(hash).base64EncodedString())
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
