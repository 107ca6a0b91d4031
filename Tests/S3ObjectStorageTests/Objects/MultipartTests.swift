// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import NIOCore
import NIOHTTP1
import ObjectStorage
import Synchronization
import Testing

@testable import S3ObjectStorage

@Suite struct MultipartTests {
    private static let began = Reply(
        200,
        [],
        "<InitiateMultipartUploadResult><UploadId>id&amp;1</UploadId></InitiateMultipartUploadResult>"
    )
    private static let completed = Reply(
        200,
        [],
        "\n  <?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>x</ETag>"
            + "</CompleteMultipartUploadResult>"
    )
    private static let content = ByteBuffer(repeating: 7, count: 12_000_000)

    /// A server that keeps parts, and that does something else with some requests.
    private func server(
        _ special: @escaping @Sendable (String, Int) -> Reply?
    ) async throws -> ScriptedServer {
        let counts = Mutex<[String: Int]>([:])
        return try await ScriptedServer { request, _ in
            let name = Self.name(of: request)
            let count = counts.withLock { counts in
                counts[name, default: 0] += 1
                return counts[name] ?? 0
            }
            if let reply = special(name, count) { return reply }
            switch name {
            case "begin": return Self.began
            case "complete": return Self.completed
            case "abort": return Reply(204)
            case "head": return Reply(404)
            default: return Reply(200, [("ETag", "\"<\(name)>\"")])
            }
        }
    }

    private static func name(of request: ScriptedServer.Request) -> String {
        if request.method == .HEAD { return request.target == "/bucket" ? "bucket" : "head" }
        if request.method == .DELETE { return "abort" }
        if request.method == .PUT {
            return String(request.target.split(separator: "=")[1].prefix(1))
        }
        return request.target.contains("uploads") ? "begin" : "complete"
    }

    private func withUpload(
        _ special: @escaping @Sendable (String, Int) -> Reply?,
        _ body: (S3Storage, ScriptedServer) async throws -> Void
    ) async throws {
        try await withStorage(on: server(special)) {
            $0.partByteCount = 5 << 20
        } _: { storage, server async throws in
            try await body(storage, server)
        }
    }

    private func names(_ server: ScriptedServer) -> [String] { server.requests.map(Self.name) }

    @Test func sendsParts() async throws {
        try await withUpload { name, count in
            name == "2" && count == 1 ? Reply(503) : nil
        } _: { storage, server async throws in
            #expect(try await storage.put("a/b", [Self.content], .always))
            let names = names(server)
            #expect(names.first == "begin" && names.last == "complete")
            #expect(names.dropFirst().dropLast().sorted() == ["1", "2", "2", "3"])
            let parts = server.requests.filter { $0.method == .PUT }
            #expect(parts.reduce(0) { $0 + $1.body.readableBytes } == 12_000_000 + 5 << 20)
            #expect(parts.allSatisfy { $0.target.hasSuffix("&uploadId=id%261") })
            let last = try #require(server.requests.last)
            #expect(last.target == "/bucket/a/b?uploadId=id%261")
            #expect(
                last.text.contains(
                    "<Part><PartNumber>2</PartNumber><ETag>&quot;&lt;2&gt;&quot;</ETag></Part>"
                )
            )
            #expect(storage.requests.counts[.part] == 4 && storage.requests.counts[.put] == 2)
        }
    }

    @Test func tellsTheChecksums() async throws {
        try await withUpload { name, _ in
            guard ["1", "2"].contains(name) else { return nil }
            return Reply(200, [("ETag", name), ("x-amz-checksum-sha256", "sum of \(name)")])
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .always))
            let first = try #require(server.requests.first)
            #expect(first.headers["x-amz-checksum-algorithm"] == ["SHA256"])
            let parts = server.requests.filter { $0.method == .PUT }
            #expect(parts.allSatisfy { $0.headers["x-amz-checksum-sha256"][0].utf8.count == 44 })
            let last = try #require(server.requests.last)
            for name in ["1", "2"] {
                let checksum = "<ChecksumSHA256>sum of \(name)</ChecksumSHA256>"
                #expect(last.text.contains("<ETag>\(name)</ETag>\(checksum)</Part>"))
            }
            // The server does not keep that of the third part.
            #expect(last.text.components(separatedBy: "<ChecksumSHA256>").count == 3)
        }
    }

    @Test func leavesOutChecksumsThatAreRefused() async throws {
        let header = "Header 'x-amz-checksum-algorithm' with value 'SHA256' not implemented"
        try await withUpload { name, count in
            name == "begin" && count == 1 ? .error(501, "NotImplemented", header) : nil
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .always))
            #expect(names(server).filter { $0 == "begin" }.count == 2)
            for request in server.requests.dropFirst() {
                #expect(!request.headers.contains { $0.name.hasPrefix("x-amz-checksum-") })
            }
        }
    }

    @Test func takesBackWhatFails() async throws {
        try await withUpload { name, _ in
            name == "3" ? .error(403, "AccessDenied") : nil
        } _: { storage, server async throws in
            let error = try await failure {
                _ = try await storage.put("a", [Self.content], .always)
            }
            #expect(
                error.code == .refused
                    && error.message.contains("UploadPart: the server answers 403")
            )
            // Parts that were under way may still arrive behind it.
            let aborts = server.requests.filter { $0.method == .DELETE }
            #expect(aborts.map(\.target) == ["/bucket/a?uploadId=id%261"])
        }
    }

    @Test func takesBackWhatIsCancelled() async throws {
        try await withUpload { name, count in
            if name == "abort", count == 1 { return Reply(500) }
            return name == "2" ? .hanging : nil
        } _: { storage, server async throws in
            let error = await withTaskGroup(of: BlobError?.self) { group in
                group.addTask {
                    do throws(BlobError) {
                        _ = try await storage.put("a", [Self.content], .always)
                        return nil
                    } catch {
                        return error
                    }
                }
                try? await wait { names(server).count == 4 }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(names(server).filter { $0 == "abort" }.count == 2)
        }
    }

    @Test func believesAnErrorWithStatus200() async throws {
        try await withUpload { name, count in
            name == "complete" && count == 1
                ? .error(200, "InternalError") : nil
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .always))
            #expect(names(server).filter { $0 == "complete" }.count == 2)
        }
    }

    @Test func findsWhatIsComplete() async throws {
        try await withUpload { name, count in
            switch name {
            case "complete": count == 1 ? Reply(500) : .error(404, "NoSuchUpload")
            case "head": Reply(200, [("Content-Length", "12000000")])
            default: nil
            }
        } _: { storage, _ async throws in
            #expect(try await storage.put("a", [Self.content], .always))
        }
    }

    @Test func heedsTheCondition() async throws {
        try await withUpload { name, _ in
            name == "head" ? Reply(200, [("Content-Length", "1")]) : nil
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .ifAbsent) == false)
            #expect(names(server) == ["head"])
        }
        try await withUpload { name, count in
            guard name == "complete" else { return nil }
            return count == 1
                ? .error(409, "ConditionalRequestConflict") : .error(412, "PreconditionFailed")
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .ifAbsent) == false)
            #expect(names(server).filter { $0 == "begin" || $0 == "abort" }.count == 4)
        }
        try await withUpload { name, count in
            name == "complete" && count == 1 ? .error(501, "NotImplemented") : nil
        } _: { storage, server async throws in
            #expect(try await storage.put("a", [Self.content], .ifAbsent))
            #expect(server.requests.last?.headers.contains(name: "If-None-Match") == false)
        }
    }
}
