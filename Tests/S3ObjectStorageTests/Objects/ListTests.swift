// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Testing

@testable import S3ObjectStorage

@Suite struct ListTests {
    private static func page(_ keys: [String], next: String? = nil, url: Bool = true) -> Reply {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        text += "<Name>bucket</Name><IsTruncated>\(next != nil)</IsTruncated>"
        if url { text += "<EncodingType>url</EncodingType>" }
        if let next { text += "<NextContinuationToken>\(next)</NextContinuationToken>" }
        for key in keys {
            text +=
                "<Contents><Key>\(key)</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>"
            text += "<ETag>&quot;1&quot;</ETag><Size>17</Size></Contents>"
        }
        return Reply(200, [], text + "</ListBucketResult>")
    }

    @Test func readsPages() async throws {
        try await withStorage(
            Self.page(["my+pre%2B/x/a", "my%20pre%2B/x/b.c"], next: "to=ken &amp;+"),
            Self.page(["my+pre%2b/x/c"])
        ) {
            $0.prefix = "my pre+"
        } _: { storage, server async throws in
            var found: [ObjectInfo] = []
            try await storage.forEachPage(of: "x/") { found += $0 }
            #expect(found.map(\.key) == ["x/a", "x/b.c", "x/c"])
            #expect(found[0] == ObjectInfo(key: "x/a", size: 17, modificationTime: 1_255_369_830))
            let query = "encoding-type=url&list-type=2&max-keys=1000&prefix=my%20pre%2B%2Fx%2F"
            #expect(
                server.requests.map(\.target) == [
                    "/bucket?\(query)",
                    "/bucket?continuation-token=to%3Dken%20%26%2B&\(query)",
                ]
            )
            #expect(storage.requests.counts[.list] == 2)
        }
    }

    @Test func leavesOutWhatIsNoKey() async throws {
        let page = Self.page(["a", "b/", "c d", "e+f", "g//h", "i/../j", "k"], url: false)
        try await withStorage(page, Self.page([])) { storage, _ async throws in
            #expect(try await storage.list("", from: nil).objects.map(\.key) == ["a", "k"])
            #expect(try await storage.list("", from: nil) == ObjectPage(objects: []))
        }
    }

    @Test(arguments: [
        Reply(200, [], "<html><body>Please log in</body></html>"), Reply(200, [], ""),
        Reply(200, [], "<ListBucketResult><Name>"), Reply(200, [], "<ListBucketResult/>"),
        Reply(200, [], "<!DOCTYPE x [<!ENTITY a \"aa\">]><ListBucketResult/>"),
        page(["%ff"]), page(["other/key"]), page(["x/a"], next: "same"), page(["x/a"], next: ""),
    ])
    func refusesNonsense(_ reply: Reply) async throws {
        try await withStorage(reply) { storage, _ async throws in
            let error = try await failure { _ = try await storage.list("x/", from: "same") }
            #expect(error.code == .corrupt)
            #expect(error.message.hasPrefix("s3://bucket: ListObjectsV2: "))
        }
    }

    @Test func refusesPrefixes() async throws {
        try await withStorage { storage, _ async throws in
            for prefix in ["a", "/", "a//", "../"] {
                let error = try await failure { _ = try await storage.list(prefix, from: nil) }
                #expect(error.code == .refused)
            }
        }
    }

    @Test func refusesWhatIsTooLarge() async throws {
        let reply = Reply(200, [], String(repeating: " ", count: XMLAnswer.largest + 1))
        try await withStorage(reply) { storage, _ async throws in
            let error = try await failure { _ = try await storage.list("", from: nil) }
            #expect(error.code == .corrupt && error.message.contains("more than"))
        }
    }
}
