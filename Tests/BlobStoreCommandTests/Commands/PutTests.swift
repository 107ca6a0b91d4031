// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import NIOCore
import SystemPackage
import Testing

@Suite struct PutTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    @Test(arguments: [0, 1, 1025, 300_000, (1 << 20) + 1])
    func `what is put comes back`(size: Int) async throws {
        let blob = TestBlob(size: size, seed: 1)
        try workplace.write(blob, to: "file")
        let put = try await workplace.run("put", "file")
        #expect(put.status == 0 && put.text == "\(blob.digest)\n" && put.errors.isEmpty)
        let get = try await workplace.run("get", "\(blob.digest)")
        #expect(get.status == 0 && get.bytes == blob.content && get.errors.isEmpty)
    }

    @Test func `standard input is put, with and without a dash`() async throws {
        let blob = TestBlob(size: 2_000_000, seed: 2)
        try workplace.write(blob, to: "file")
        for command in ["put", "put -", "put -r -", "put --json"] {
            let output = try await workplace.shell("cat file | blobstore \(command)")
            #expect(output.status == 0 && output.text.contains("\(blob.digest)"), "\(command)")
        }
    }

    @Test func `a folder is put file by file, in the order of the paths`() async throws {
        let names = ["t/b", "t/a/z", "t/a-", "t/a/b/c", "t/new\nline"]
        for name in names { try workplace.write(name, to: name) }
        try workplace.write("other", to: "single")
        let output = try await workplace.run("put", "-r", "t", "single")
        #expect(output.status == 0)
        #expect(
            output.lines.map { $0.drop { $0 != " " }.dropFirst(2) }
                == ["t/a-", "t/a/b/c", "t/a/z", "t/b", "t/new\\nline", "single"]
        )
        #expect(output.lines[4].hasPrefix("\\"))
    }

    @Test func `links and special files below a folder are skipped with a note`() async throws {
        let output = try await workplace.shell(
            "mkdir t; ln -s . t/link; mkfifo t/pipe; echo > t/x; blobstore put -r t"
        )
        #expect(output.status == 0 && output.lines.count == 1)
        #expect(output.errors.contains("t/link: skipped, is a symbolic link"))
        #expect(output.errors.contains("t/pipe: skipped, is a pipe"))
    }

    @Test func `the store does not put itself`() async throws {
        try workplace.write("x", to: "a")
        for _ in 0..<2 {
            let output = try await workplace.run("put", "-r", ".")
            #expect(output.status == 0)
            #expect(output.errors.contains("store: skipped, is the store itself"))
            #expect(!output.text.contains("store/"))
        }
    }

    @Test func `a missing file is reported and the others are put`() async throws {
        try workplace.write("x", to: "a")
        let output = try await workplace.run("put", "missing", "a")
        #expect(output.status == 66)
        #expect(output.lines.count == 1)
        #expect(output.errors == "blobstore: missing: No such file or directory\n")
    }

    @Test func `a folder without -r says what to do`() async throws {
        try workplace.write("x", to: "t/a")
        let output = try await workplace.run("put", "t")
        #expect(output.status == 66)
        #expect(output.errors == "blobstore: t: is a folder; give -r for what is in it\n")
    }

    @Test func `a name that is not UTF-8 is no problem`() async throws {
        let output = try await workplace.shell(
            """
            mkdir t; echo hello > $'t/\\xff'
            blobstore put -r t > list && blobstore get --list list -C out && cmp out/t/* t/*
            blobstore put $'t/\\xff' > one && cut -c 1-64 list | cmp - one
            """
        )
        #expect(output.status == 0, "\(output.errors)")
    }

    @Test func `names that differ only in what is not UTF-8 are not mixed up`() async throws {
        let output = try await workplace.shell(
            """
            echo 1 > $'\\xfe'; echo 2 > $'\\xff'
            blobstore put $'\\xff' $'\\xfe' > digests
            blobstore cat $(cat digests) > both && cat $'\\xff' $'\\xfe' | cmp - both
            blobstore get $(head -n 1 digests) --output=$'\\xfd' && cmp $'\\xff' $'\\xfd'
            """
        )
        #expect(output.status == 0, "\(output.errors)")
    }

    @Test func `a file that changes while it is read is not stored`() async throws {
        try workplace.write(TestBlob(size: 6 << 20), to: "growing")
        try workplace.write("x", to: "quiet")
        let output = try await workplace.shell(
            """
            (while [ ! -e done ]; do echo x >> growing; done) &
            while [ $(stat -c %s growing) = \(6 << 20) ]; do :; done
            blobstore put growing quiet; status=$?
            touch done; wait; exit $status
            """
        )
        #expect(output.status == 66)
        #expect(output.lines.count == 1)
        #expect(output.errors.hasPrefix("blobstore: growing: changed while it was read; "))
        #expect(try await workplace.run("list").lines == output.lines)
    }

    @Test func `options of writing are understood, and others not`() async throws {
        try workplace.write(String(repeating: "a", count: 10_000), to: "file")
        for options in ["--durability none", "--compression none", "--compression 19"] {
            let output = try await workplace.shell("blobstore put \(options) file")
            #expect(output.status == 0, "\(options)")
        }
        for options in ["--durability some", "--compression 0", "--compression 20", "--nope"] {
            let output = try await workplace.shell("blobstore put \(options) file")
            #expect(output.status == 64 && output.hasOneError, "\(options): \(output.errors)")
        }
    }
}
