// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@Suite struct QueryTests {
    private let workplace: Workplace
    private let small = TestBlob(size: 100, seed: 6)
    private let large = TestBlob(size: 1_500_000, seed: 7)
    private let absent = TestBlob(size: 10, seed: 8)

    init() throws { workplace = try Workplace() }

    /// Reads one JSON object per line.
    private func objects(_ output: ProgramOutput) throws -> [[String: String]] {
        try output.lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return (object as? [String: Any] ?? [:]).mapValues { "\($0)" }
        }
    }

    @Test func `has prints what is missing`() async throws {
        try await workplace.put(small, large)
        let all = try await workplace.run("has", "\(small.digest)", "\(large.digest)")
        #expect(all.status == 0 && all.text.isEmpty)
        let some = try await workplace.run("has", "\(absent.digest)", "\(large.digest)")
        #expect(some.status == 1 && some.lines == ["\(absent.digest)"] && some.errors.isEmpty)
        let json = try await workplace.run("has", "--json", "\(absent.digest)", "\(small.digest)")
        #expect(try objects(json).map { $0["present"] } == ["0", "1"])
    }

    @Test func `stat prints size and chunks`() async throws {
        try await workplace.put(small, large)
        let output = try await workplace.run("stat", "\(small.digest)", "\(large.digest)")
        let fields = output.lines.map { $0.split(separator: " ") }
        #expect(fields.map { $0[1] } == ["100", "1500000"])
        #expect(fields[0][2] == "1")
        let chunks = try await workplace.run("chunks", "\(large.digest)")
        #expect(chunks.lines.count == Int(fields[1][2]))
        let json = try objects(try await workplace.run("stat", "--json", "\(large.digest)"))
        #expect(json.first?["split"] == "1" && json.first?["size"] == "1500000")
        #expect(try await workplace.run("stat", "\(absent.digest)").status == 1)
    }

    @Test func `chunks add up, and each is a blob`() async throws {
        try await workplace.put(large)
        let objects = try objects(try await workplace.run("chunks", "--json", "\(large.digest)"))
        var end = 0
        for chunk in objects {
            #expect(chunk["offset"] == "\(end)")
            end += Int(chunk["size"] ?? "") ?? 0
        }
        #expect(objects.count > 1 && end == large.content.readableBytes)
        let first = try #require(objects.first?["digest"])
        let size = try #require(Int(objects.first?["size"] ?? ""))
        #expect(try await workplace.run("get", first).bytes == large.bytes(in: 0..<size))
        #expect(try await workplace.run("chunks", "\(absent.digest)").status == 1)
    }

    @Test func `list has every blob that was put, in order`() async throws {
        try await workplace.put(small, large)
        let expected = ["\(small.digest)", "\(large.digest)"].sorted()
        #expect(try await workplace.run("list").lines == expected)
        let long = try await workplace.run("list", "--long")
        #expect(Set(long.lines) == ["\(small.digest) 100", "\(large.digest) 1500000"])
        let json = try objects(try await workplace.run("list", "--json"))
        #expect(json.map { $0["digest"] } == expected)
    }

    @Test func `stats count blobs and bytes`() async throws {
        try await workplace.put(small, large)
        let output = try await workplace.run("stats")
        #expect(output.status == 0 && output.lines.first == "blobs:          2, 1.4 MiB")
        let json = try #require(try objects(try await workplace.run("stats", "--json")).first)
        #expect(json["blobs"] == "2" && json["blobBytes"] == "1500100")
        #expect(json["deduplicationRatio"] == "1")
    }

    @Test func `put and hash print JSON with paths and sizes`() async throws {
        try workplace.write(small, to: "a \"quoted\" name")
        for command in ["put", "hash"] {
            let output = try await workplace.run(command, "--json", "a \"quoted\" name")
            #expect(
                try objects(output) == [
                    ["digest": "\(small.digest)", "path": "a \"quoted\" name", "size": "100"]
                ]
            )
        }
    }

    @Test func `outboard writes what bao outboard makes of the content`() async throws {
        try await workplace.put(small, large)
        for blob in [small, large] {
            try workplace.write(blob.content, to: "content")
            for options in [[], ["--order", "post"], ["--format", "list"], ["--header"]] {
                let stored = try await workplace.run(["outboard", "\(blob.digest)"] + options)
                let made = try await workplace.run(["bao", "outboard", "content"] + options)
                #expect(stored.status == 0 && made.status == 0, "\(stored.errors)")
                #expect(stored.bytes == made.bytes, "\(options)")
            }
        }
        #expect(try await workplace.run("outboard", "\(absent.digest)").status == 1)
    }
}
