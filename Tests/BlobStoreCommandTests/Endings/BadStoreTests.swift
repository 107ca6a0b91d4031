// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import SystemPackage
import Testing

@Suite struct BadStoreTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 300, seed: 12)

    init() throws { workplace = try Workplace() }

    private func expect(
        _ output: ProgramOutput,
        _ status: Int32,
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(output.status == status, "\(output.errors)", sourceLocation: sourceLocation)
        #expect(output.hasOneError, "\(output.errors)", sourceLocation: sourceLocation)
        #expect(output.errors.contains(text), "\(output.errors)", sourceLocation: sourceLocation)
    }

    @Test func `reading does not make a store`() async throws {
        for command in ["get", "cat", "has", "stat", "chunks"] {
            expect(try await workplace.run(command, "\(blob.digest)"), 69, "there is no store here")
        }
        for command in ["list", "stats", "fsck"] {
            expect(try await workplace.run(command), 69, "'blobstore put' makes one")
        }
        expect(try await workplace.run("fsck", "--rebuild-index"), 69, "no store")
        #expect(try workplace.names().isEmpty)
    }

    @Test func `a file is no store`() async throws {
        try workplace.write("hello", to: "store")
        expect(try await workplace.run("list"), 77, "store: is a file, and no store")
        expect(try await workplace.run("put", "store"), 77, "store: ")
        #expect(try workplace.read("store") == ByteBuffer(string: "hello"))
    }

    @Test func `a folder with other things in it is no store`() async throws {
        try workplace.write("hello", to: "store/letter")
        expect(try await workplace.run("list"), 69, "there is no store here")
        expect(try await workplace.run("put", "store/letter"), 77, "not empty")
    }

    @Test func `an unknown kind of store says what is known`() async throws {
        expect(try await workplace.run("--store", "s3://b", "list"), 64, "local:PATH")
    }

    @Test func `the store can be named before and after the command`() async throws {
        try workplace.write(blob, to: "file")
        for arguments in ["--store a put file", "put --store a file", "put file --store local:a"] {
            #expect(try await workplace.shell("blobstore \(arguments)").status == 0)
        }
        #expect(workplace.exists("a/format") && !workplace.exists("store"))
    }

    @Test func `a store of a newer program is refused`() async throws {
        try await workplace.put(blob)
        try workplace.write("blobstore local 2\n", to: "store/format")
        expect(try await workplace.run("get", "\(blob.digest)"), 76, "use a newer program")
        expect(try await workplace.run("put", "input-0"), 76, "use a newer program")
    }

    @Test func `a locked store says so`() async throws {
        try await workplace.put(blob)
        let lock = unsafe Glibc.open(workplace.store.string + "/lock", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        expect(try await workplace.run("get", "\(blob.digest)"), 69, "locked")
        #expect(flock(lock, LOCK_SH) == 0)
        #expect(try await workplace.run("get", "\(blob.digest)").status == 0)
        expect(try await workplace.run("fsck", "--rebuild-index"), 69, "end them first")
    }

    /// Runs a script that may mount file systems of its own; fails the test where that is forbidden.
    private func mounting(_ options: String, _ script: String) async throws -> ProgramOutput {
        let output = try await workplace.shell(
            """
            mkdir -p store
            cat > script <<'END'
            mount -t tmpfs -o \(options) none store || exit 99
            \(script)
            END
            unshare --map-root-user --mount bash script
            """
        )
        try #require(
            output.status != 99 && !output.errors.contains("unshare:"),
            "this test needs unshare(1) with user namespaces: \(output.errors)"
        )
        return output
    }

    @Test func `a store on a file system that is read only is refused`() async throws {
        try workplace.write(blob, to: "file")
        let output = try await mounting("ro", "\"$BLOBSTORE_PROGRAM\" put file")
        expect(output, 77, "Read-only file system; choose a place that can be written")
    }

    @Test func `a full store is refused, and what is in it stays readable`() async throws {
        try workplace.write(blob, to: "small")
        try workplace.write(TestBlob(size: 4 << 20, seed: 13), to: "large")
        let output = try await mounting(
            "size=1m",
            """
            "$BLOBSTORE_PROGRAM" put small || exit 90
            "$BLOBSTORE_PROGRAM" put large; status=$?
            "$BLOBSTORE_PROGRAM" get \(blob.digest) | cmp - small || exit 91
            exit $status
            """
        )
        expect(output, 77, "No space left on device; make room and try again")
        #expect(output.lines == ["\(blob.digest)"])
    }

    @Test func `an output on a full file system is an error and leaves nothing`() async throws {
        let large = TestBlob(size: 2 << 20, seed: 14)
        try await workplace.put(large)
        let output = try await workplace.shell(
            """
            mkdir out
            cat > script <<'END'
            mount -t tmpfs -o size=1m none out || exit 99
            "$BLOBSTORE_PROGRAM" get \(large.digest) -o out/file; status=$?
            ls -A out; exit $status
            END
            unshare --map-root-user --mount bash script
            """
        )
        try #require(output.status != 99 && !output.errors.contains("unshare:"), "\(output.errors)")
        expect(output, 73, "out/file: No space left on device; make room and try again")
        #expect(output.text.isEmpty)
    }
}
