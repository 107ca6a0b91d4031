// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import NIOCore
import SystemPackage
import Testing

@Suite struct BaoDamageTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 100_000, seed: 22)

    init() throws {
        workplace = try Workplace()
        try workplace.write(blob, to: "file")
    }

    /// Runs a script, then one command that has to find damage.
    private func expectDamage(
        _ script: String,
        _ command: String,
        _ message: String
    ) async throws {
        let command = "bao \(command) -o out"
        let output = try await workplace.shell("\(script)\nblobstore \(command)")
        #expect(output.status == 65 && output.hasOneError, "\(command): \(output.errors)")
        #expect(output.errors.contains(message), "\(command): \(output.errors)")
        let left = try workplace.names().filter { $0 == "out" || $0.hasPrefix(".blobstore") }
        #expect(left.isEmpty, "\(command)")
    }

    /// Changes the byte at an offset of a file.
    private static func change(_ file: String, at offset: Int) -> String {
        """
        byte=$(od -An -tu1 -j \(offset) -N 1 \(file))
        printf "\\\\x$(printf %x $((byte ^ 1)))" |
            dd of=\(file) bs=1 seek=\(offset) conv=notrunc status=none
        """
    }

    @Test(arguments: [
        (0, "the input ended before"), (3, "does not match"),
        (8, "encoding: the hash pair of node 63 (chunks 0..<98)"),
        (8 + 64 + 1, "encoding: the hash pair of node 31 (chunks 0..<64)"),
        (8 + 64 * 3 + 5, "encoding: the data of bytes 0..<16384"),
        (100_000 + 8 + 64 * 6 - 1, "encoding: the data of bytes 98304..<100000"),
    ])
    func `a changed byte is found, and the message says where`(
        offset: Int,
        message: String
    ) async throws {
        try await expectDamage(
            "blobstore bao encode file -o encoding\n" + Self.change("encoding", at: offset),
            "decode \(blob.digest) encoding",
            offset == 0 ? "" : message
        )
    }

    @Test(arguments: [0, 10_000, 99_999, 100_001])
    func `an outboard of another size is found before a slice is made`(size: Int) async throws {
        try await expectDamage(
            "truncate -s \(size) other; blobstore bao outboard --header other -o outboard",
            "slice --header --outboard outboard 0 10 file",
            "outboard: is of \(size) bytes, and file has 100000"
        )
    }

    @Test(arguments: ["pairs", "siblings", "list", "runs"])
    func `what is cut off is found`(format: String) async throws {
        for byteCount in [0, 7, 8, 50, 1000, 99_000] {
            try await expectDamage(
                """
                blobstore bao encode --format \(format) file > encoding
                truncate -s \(byteCount) encoding
                """,
                "decode --format \(format) \(blob.digest) encoding",
                "encoding: the input ended before "
            )
        }
    }

    @Test func `a false size is found`() async throws {
        for size in ["\\x9f", "\\xa1"] {
            try await expectDamage(
                """
                blobstore bao encode file > encoding
                printf '\(size)' | dd of=encoding bs=1 conv=notrunc status=none
                """,
                "decode \(blob.digest) encoding",
                "encoding: "
            )
        }
        let huge = "printf '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff' > encoding"
        for (format, message) in [
            ("pairs", "ended before"), ("siblings", "ended before"), ("list", "more than the"),
            ("runs", "more than the"),
        ] {
            let command = "decode --format \(format) \(blob.digest) encoding"
            try await expectDamage(huge, command, message)
        }
    }

    @Test func `another digest is found`() async throws {
        for size in [0, 1, 100_000] {
            try workplace.write(TestBlob(size: size, seed: 23), to: "file")
            let encode = "blobstore bao encode file > encoding"
            try await expectDamage(encode, "decode \(blob.digest) encoding", "does not match")
            let slice = "blobstore bao slice 5 5 file > encoding"
            let verify = "verify-slice \(blob.digest) 5 5 encoding"
            try await expectDamage(slice, verify, "does not match")
        }
    }

    @Test func `damage is blamed on the outboard or on the content`() async throws {
        let decode = "decode \(blob.digest) file --outboard outboard"
        let make = "blobstore bao outboard file > outboard\n"
        let pair = "outboard: the hash pair of node 31 "
        try await expectDamage(make + Self.change("outboard", at: 70), decode, pair)
        let short = "outboard: has 300 bytes of hashes instead of 384"
        try await expectDamage(make + "truncate -s 300 outboard", decode, short)
        let headed = "blobstore bao outboard --header file > outboard; truncate -s 300 outboard"
        try await expectDamage(headed, decode + " --header", "outboard: the input ended before")
        try await expectDamage(
            make + Self.change("file", at: 40_000),
            decode,
            "file: the data of bytes 32768..<49152"
        )
        let slice = "slice 40000 1 file --outboard outboard"
        try await expectDamage("", slice, "file: the data of bytes 32768..<49152")
        let elsewhere = try await workplace.shell(
            """
            blobstore bao slice 60000 1 file --outboard outboard |
                blobstore bao verify-slice \(blob.digest) 60000 1
            """
        )
        #expect(elsewhere.bytes == blob.bytes(in: 60_000..<60_001))
        try await expectDamage("truncate -s 90000 file", decode, "outboard: has 384 bytes")
    }

    @Test func `standard output gets what was verified before`() async throws {
        let output = try await workplace.shell(
            """
            blobstore bao encode file > encoding
            \(Self.change("encoding", at: 70_000))
            blobstore bao decode \(blob.digest) < encoding
            """
        )
        #expect(output.status == 65 && output.hasOneError)
        #expect(output.errors.hasPrefix("blobstore: standard input: the data of bytes 65536..<"))
        #expect(output.bytes == blob.bytes(in: 0..<65_536))
    }

    @Test func `bytes behind the end are not looked at`() async throws {
        let output = try await workplace.shell(
            """
            (blobstore bao encode file; echo more) | blobstore bao decode \(blob.digest) -o out
            """
        )
        #expect(output.status == 0)
        #expect(try workplace.read("out") == blob.content)
    }
}
