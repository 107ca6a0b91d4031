// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import SystemPackage
import Testing

@Suite struct BaoUsageTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 20_000, seed: 24)

    init() throws {
        workplace = try Workplace()
        try workplace.write(blob, to: "file")
    }

    private func expectRefusal(_ command: String, _ message: String) async throws {
        let output = try await workplace.shell(command)
        #expect(output.status == 64 && output.hasOneError, "\(command): \(output.errors)")
        #expect(output.errors.contains(message), "\(command): \(output.errors)")
        #expect(output.text.isEmpty)
    }

    @Test func `what is read twice or in places cannot be a pipe`() async throws {
        let encode = "cat file | blobstore bao encode"
        try await expectRefusal(encode, "standard input: is a pipe, and an encoding begins with")
        try await expectRefusal("cat file | blobstore bao slice 0 9", "standard input: is a pipe")
        let content = "blobstore bao outboard file > o; cat file | blobstore bao decode"
        try await expectRefusal(
            content + " \(blob.digest) --outboard o",
            "standard input: is a pipe, and without a header"
        )
        let outboard = "blobstore bao decode \(blob.digest) file --outboard <(cat o)"
        try await expectRefusal(outboard, "is a pipe, and an outboard")
        #expect(try workplace.names() == ["file", "o"])
    }

    @Test func `a pipe will do for the rest`() async throws {
        let output = try await workplace.shell(
            """
            cat file | blobstore bao outboard --header > outboard
            cat file | blobstore bao decode --header \(blob.digest) --outboard outboard | cmp - file
            blobstore bao encode < file | blobstore bao decode \(blob.digest) | cmp - file
            """
        )
        #expect(output.status == 0 && output.errors.isEmpty, "\(output.errors)")
    }

    @Test(arguments: [
        ("encode -k 11", "0 to 10"), ("encode -k -1", "-k"), ("encode -k x", "'x'"),
        ("encode --format nope", "'nope'"), ("encode --run-log 3", "goes with runs"),
        ("encode --format runs --run-log 54", "0 to 53"), ("slice 0 1 --header", "--outboard"),
        ("slice 0", "<count>"), ("slice -- -1 5", "'-1'"), ("decode af13", "64 hexadecimal"),
        ("decode \(TestBlob(size: 1).digest) --order post", "go with --outboard"),
        ("outboard --format list --order post", "pairs"), ("verify-slice 0 1", "'0'"),
    ])
    func `what makes no sense is refused`(arguments: String, message: String) async throws {
        try await expectRefusal("blobstore bao \(arguments) < file", message)
    }

    @Test func `messages lead to the help of the command`() async throws {
        try await expectRefusal("blobstore bao slice", "see 'blobstore bao slice --help'")
        try await expectRefusal("blobstore bao verify-slice", "'blobstore bao verify-slice --help'")
        for command in ["bao", "bao --help", "help bao slice", "bao tree --help"] {
            let output = try await workplace.shell("blobstore \(command)")
            #expect(output.status == 0 && output.errors.isEmpty && !output.text.isEmpty)
        }
    }

    @Test func `inputs and outputs that are not there are errors`() async throws {
        for (command, status) in [
            ("encode nowhere", 66), ("encode .", 66), ("outboard .", 66), ("tree nowhere", 66),
            ("decode \(blob.digest) nowhere", 66), ("encode file -o nowhere/x", 73),
            ("decode \(blob.digest) file --outboard nowhere", 66), ("encode file -o .", 73),
            ("outboard file -o /dev/full", 73),
        ] {
            let output = try await workplace.shell("blobstore bao \(command)")
            #expect(output.status == status && output.hasOneError, "\(command): \(output.errors)")
        }
        #expect(try workplace.names() == ["file"])
    }
}
