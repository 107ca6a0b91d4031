// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@Suite struct RestoreTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 100, seed: 5)

    init() throws { workplace = try Workplace() }

    private func restore(_ list: String) async throws -> ProgramOutput {
        try workplace.write(list, to: "list")
        return try await workplace.run("get", "--list", "list", "-C", "out")
    }

    @Test func `a folder goes in and comes out`() async throws {
        for number in 0..<150 {
            try workplace.write(
                TestBlob(size: number * 37, seed: 1),
                to: "t/\(number % 7)/x/\(number)"
            )
        }
        try workplace.write(TestBlob(size: 2_500_000, seed: 1), to: "t/large")
        try workplace.write("a", to: "t/back\\slash and\nnewline")
        let output = try await workplace.shell(
            """
            blobstore put -r t > list && blobstore get --list list -C out &&
            diff -r t out/t && blobstore get -C again --list - < list && diff -r t again/t
            """
        )
        #expect(output.status == 0 && output.errors.isEmpty, "\(output.errors)")
    }

    @Test(arguments: ["/tmp/evil", "../evil", "a/../../evil", ".."])
    func `a list that leads out of the folder restores nothing`(path: String) async throws {
        try await workplace.put(blob)
        let output = try await restore("\(blob.digest)  good\n\(blob.digest)  \(path)\n")
        #expect(output.status == 77 && output.hasOneError)
        #expect(output.errors.contains("\(path): leads out of the folder"))
        #expect(!workplace.exists("out/good") && !workplace.exists("evil"))
    }

    @Test func `links are not followed out of the folder`() async throws {
        try await workplace.put(blob)
        try workplace.write("", to: "outside/x")
        try workplace.write("", to: "out/x")
        for link in ["folder", "file"] {
            try FileManager.default.createSymbolicLink(
                atPath: workplace.path.appending("out/\(link)").string,
                withDestinationPath: link == "folder" ? "../outside" : "../outside/x"
            )
        }
        let list = ["folder/evil", "file", "good"].map { "\(blob.digest)  \($0)\n" }
        let output = try await restore(list.joined())
        #expect(output.status == 77)
        #expect(output.errors.contains("out/folder: is a link or a file, not a folder"))
        #expect(output.errors.contains("out/file: is there already and is a symbolic link"))
        #expect(try workplace.names(in: "outside") == ["x"])
        #expect(try workplace.read("outside/x").readableBytes == 0)
        #expect(try workplace.read("out/good") == blob.content)
        #expect(try workplace.names(in: "out") == ["file", "folder", "good", "x"])
    }

    @Test func `files are replaced, folders are not`() async throws {
        try await workplace.put(blob)
        try workplace.write("old", to: "out/a")
        try workplace.write("old", to: "out/b/c")
        let output = try await restore("\(blob.digest)  a\n\(blob.digest)  b\n")
        #expect(output.status == 77)
        #expect(try workplace.read("out/a") == blob.content)
        #expect(workplace.exists("out/b/c"))
    }

    @Test func `an absent blob is reported and the others are restored`() async throws {
        try await workplace.put(blob)
        let absent = TestBlob(size: 9).digest
        let output = try await restore("\(absent)  a\n\(blob.digest)  b\n")
        #expect(output.status == 1)
        #expect(output.errors == "blobstore: out/a: \(absent) is not in the store\n")
        #expect(try workplace.names(in: "out") == ["b"])
    }

    @Test func `a malformed list says which line`() async throws {
        try await workplace.put(blob)
        let output = try await restore("\(blob.digest)  a\nnonsense\n")
        #expect(output.status == 65 && output.hasOneError)
        #expect(output.errors.contains("list: line 2 "))
    }

    @Test func `a missing list is an unreadable input`() async throws {
        let output = try await workplace.run("get", "--list", "nowhere")
        #expect(output.status == 66 && output.hasOneError)
    }
}
