// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import NIOCore
import SystemPackage
import Testing

@Suite struct GetTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 1_500_000, seed: 3)
    private let small = TestBlob(size: 100, seed: 4)

    init() throws { workplace = try Workplace() }

    @Test func `a blob becomes a file`() async throws {
        try await workplace.put(blob)
        for name in ["out", "./out", "\(workplace.path)/out"] {
            let output = try await workplace.run("get", "\(blob.digest)", "-o", name)
            #expect(output.status == 0 && output.text.isEmpty && output.errors.isEmpty)
            #expect(try workplace.read("out") == blob.content)
        }
        #expect(try workplace.names() == ["input-0", "out", "store"])
    }

    @Test(arguments: [0..<0, 0..<1, 1..<70_000, 400_000..<1_400_000, 1_499_999..<1_500_000])
    func `a range is half open`(range: Range<Int>) async throws {
        try await workplace.put(blob)
        let text = "\(range.lowerBound)-\(range.upperBound)"
        let output = try await workplace.run("get", "\(blob.digest)", "--range", text)
        #expect(output.bytes == blob.bytes(in: range))
        let file = try await workplace.run("get", "\(blob.digest)", "--range", text, "-o", "f")
        #expect(file.status == 0)
        #expect(try workplace.read("f") == blob.bytes(in: range))
    }

    @Test func `a range may end past the blob, not start there`() async throws {
        try await workplace.put(small)
        let digest = "\(small.digest)"
        #expect(try await workplace.run("get", digest, "--range", "90-").bytes.readableBytes == 10)
        #expect(try await workplace.run("get", digest, "--range", "90-999").status == 0)
        #expect(try await workplace.run("get", digest, "--range", "100-").status == 0)
        let output = try await workplace.run("get", digest, "--range", "101-")
        #expect(output.status == 64 && output.hasOneError && output.text.isEmpty)
        let inverted = try await workplace.run("get", digest, "--range", "5-3")
        #expect(inverted.status == 64 && inverted.hasOneError)
    }

    @Test func `an unknown digest is absent and makes no file`() async throws {
        try await workplace.put(small)
        let output = try await workplace.run("get", "\(blob.digest)", "-o", "out")
        #expect(output.status == 1)
        #expect(output.errors == "blobstore: \(blob.digest): is not in the store\n")
        #expect(!workplace.exists("out"))
    }

    @Test func `a malformed digest says what digests look like`() async throws {
        let output = try await workplace.run("get", "af13")
        #expect(output.status == 64 && output.hasOneError)
        #expect(output.errors.contains("'af13' is invalid for '<digest>': 64 hexadecimal digits"))
        #expect(output.errors.contains("see 'blobstore get --help'"))
    }

    @Test func `every form of a digest is accepted`() async throws {
        try await workplace.put(small)
        for text in [small.digest.subresourceIntegrity, "\(small.digest)".uppercased()] {
            #expect(try await workplace.run("get", text).bytes == small.content)
        }
    }

    @Test func `an output that cannot be written is an error`() async throws {
        try await workplace.put(blob)
        try workplace.write("", to: "folder/x")
        for (name, status) in [
            ("folder", 73), ("missing/x", 73), ("/dev/full", 73), ("folder/", 73),
        ] {
            let output = try await workplace.run("get", "\(blob.digest)", "-o", name)
            #expect(output.status == status && output.hasOneError, "\(name): \(output.errors)")
        }
        #expect(try workplace.names(in: "folder") == ["x"])
    }

    @Test func `a device and a pipe are written in order`() async throws {
        try await workplace.put(blob)
        let output = try await workplace.shell(
            """
            blobstore get \(blob.digest) -o /dev/null || exit 1
            mkfifo pipe; cat pipe > out & blobstore get \(blob.digest) -o pipe; wait
            cmp out input-0
            """
        )
        #expect(output.status == 0, "\(output.errors)")
    }

    @Test func `blobs are concatenated, all or none`() async throws {
        try await workplace.put(small, blob)
        let output = try await workplace.run("cat", "\(small.digest)", "\(blob.digest)")
        var both = small.content
        both.writeImmutableBuffer(blob.content)
        #expect(output.status == 0 && output.bytes == both)
        let absent = try await workplace.run(
            "cat",
            "\(small.digest)",
            "\(TestBlob(size: 5).digest)"
        )
        #expect(absent.status == 1 && absent.text.isEmpty)
    }

    @Test func `arguments that contradict each other are refused`() async throws {
        for arguments in [
            "get", "get --list x \(blob.digest)", "get --list x -o y", "get -C x \(blob.digest)",
        ] {
            let output = try await workplace.shell("blobstore \(arguments)")
            #expect(output.status == 64 && output.hasOneError, "\(arguments): \(output.errors)")
        }
    }
}
