// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import SystemPackage
import Testing

@Suite struct BaoTreeTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    @Test func `a tree is drawn down to its groups`() async throws {
        try workplace.write(BaoVectors.input(byteCount: 5 * 1024), to: "file")
        let chunks = try await workplace.run("bao", "tree", "-k", "0", "file")
        #expect(
            chunks.text == """
                9cadc15fed8b5d854562b26a9536d9707cadeda9b143978f319ab34230535833  chunks 0-5  bytes 0-5120
                ├─ 7de81938        chunks 0-4  bytes 0-4096
                │  ├─ 811f7d4f     chunks 0-2  bytes 0-2048
                │  │  ├─ 5c9e6544  chunks 0-1  bytes 0-1024
                │  │  └─ 5b1f23b8  chunks 1-2  bytes 1024-2048
                │  └─ 0442fb71     chunks 2-4  bytes 2048-4096
                │     ├─ 31af34be  chunks 2-3  bytes 2048-3072
                │     └─ 2384956f  chunks 3-4  bytes 3072-4096
                └─ 624e9972        chunks 4-5  bytes 4096-5120

                """
        )
        let groups = try await workplace.shell("cat file | blobstore bao tree -k 2")
        #expect(groups.lines.count == 3)
        #expect(groups.lines.first == chunks.lines.first)
        #expect(groups.lines.last?.hasSuffix("chunks 4-5  bytes 4096-5120") == true)
    }

    @Test(arguments: [0, 1, 1024])
    func `a blob of one group is its root`(size: Int) async throws {
        let blob = TestBlob(size: size, seed: 25)
        try workplace.write(blob, to: "file")
        let output = try await workplace.run("bao", "tree", "file")
        #expect(output.text == "\(blob.digest)  chunks 0-1  bytes 0-\(size)\n")
    }

    @Test func `JSON has whole hashes`() async throws {
        let blob = TestBlob(size: 40_000, seed: 26)
        try workplace.write(blob, to: "file")
        let output = try await workplace.run("bao", "tree", "--json", "file")
        let nodes = try output.lines.map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(nodes.map { $0["depth"] as? Int } == [0, 1, 2, 2, 1])
        #expect(nodes.map { $0["firstChunk"] as? Int } == [0, 0, 0, 16, 32])
        #expect(nodes.map { $0["chunks"] as? Int } == [40, 32, 16, 16, 8])
        #expect(nodes.map { $0["offset"] as? Int } == [0, 0, 0, 16384, 32768])
        #expect(nodes.map { $0["size"] as? Int } == [40_000, 32_768, 16_384, 16_384, 7232])
        #expect(nodes.first?["hash"] as? String == "\(blob.digest)")
        #expect(nodes.allSatisfy { ($0["hash"] as? String)?.count == 64 })
    }

    @Test func `a tree that is too large is refused`() async throws {
        try workplace.write(TestBlob(size: 64 * 1024 + 1), to: "file")
        for command in ["tree -k 0 file", "tree -k 0 < file", "tree -k 0 < <(cat file)"] {
            let output = try await workplace.shell("blobstore bao \(command)")
            #expect(output.status == 64 && output.hasOneError && output.text.isEmpty)
            #expect(output.errors.contains("has more than 64 groups of 1.0 KiB"))
        }
        #expect(try await workplace.shell("blobstore bao tree -k 1 file").status == 0)
        #expect(try await workplace.shell("blobstore bao tree < /dev/zero").status == 64)
    }
}
