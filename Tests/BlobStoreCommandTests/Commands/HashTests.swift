// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import NIOCore
import SystemPackage
import Testing

@Suite struct HashTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    @Test(arguments: [0, 1, 1024, (1 << 20) + 1, 3_000_000])
    func `a file is hashed as the library does`(size: Int) async throws {
        let blob = TestBlob(size: size, seed: 9)
        try workplace.write(blob, to: "file")
        #expect(try await workplace.run("hash", "file").text == "\(blob.digest)  file\n")
        let piped = try await workplace.shell("cat file | blobstore hash")
        #expect(piped.text == "\(blob.digest)  -\n")
    }

    @Test func `no store is needed or made`() async throws {
        try workplace.write("x", to: "file")
        _ = try await workplace.run("hash", "file")
        #expect(try workplace.names() == ["file"])
    }

    @Test func `a list that matches is OK`() async throws {
        try workplace.write("1", to: "t/a")
        try workplace.write("2", to: "t/new\nline")
        let output = try await workplace.shell("blobstore hash -r t > list; blobstore hash -c list")
        #expect(output.status == 0)
        #expect(output.lines == ["t/a: OK", "t/new\\nline: OK"])
    }

    @Test func `files that do not match are FAILED, in order`() async throws {
        for name in ["a", "b", "c", "d"] { try workplace.write(name, to: name) }
        let output = try await workplace.shell(
            "blobstore hash a b c d > list; echo x >> b; rm c; blobstore hash --check list"
        )
        #expect(output.lines == ["a: OK", "b: FAILED", "c: FAILED", "d: OK"])
        #expect(output.status == 66)
        #expect(output.errors.contains("blobstore: c: No such file or directory\n"))
        #expect(output.errors.contains("blobstore: 1 file does not match\n"))
        let mismatch = try await workplace.shell("echo c > c; blobstore hash -c list")
        #expect(mismatch.status == 1)
    }

    @Test func `a list from standard input works`() async throws {
        try workplace.write("1", to: "a")
        let output = try await workplace.shell("blobstore hash a | blobstore hash -c")
        #expect(output.status == 0 && output.lines == ["a: OK"])
        #expect(try await workplace.shell("blobstore hash -c < /dev/null").status == 0)
    }

    @Test func `a malformed list is damaged data`() async throws {
        try workplace.write("nonsense\n", to: "list")
        let output = try await workplace.run("hash", "-c", "list")
        #expect(output.status == 65 && output.hasOneError)
    }
}
