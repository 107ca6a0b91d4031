// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import NIOCore
import SystemPackage
import Testing

/// The commands with the store of a server.
@Suite struct RemoteStoreTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 1_500_000, seed: 30)
    private let small = TestBlob(size: 100, seed: 31)
    private let other = TestBlob(size: 5, seed: 32)

    init() throws { workplace = try Workplace() }

    @Test func `what is put comes back, whole and in parts`() async throws {
        let daemon = try await Daemon(in: workplace)
        try workplace.write(blob, to: "large")
        try workplace.write(small, to: "small")
        let store = ["--store", daemon.url]
        let put = try await workplace.run(["put", "large", "small"] + store)
        #expect(put.lines == ["\(blob.digest)", "\(small.digest)"], "\(put.errors)")
        #expect(try await workplace.run(["get", "\(blob.digest)"] + store).bytes == blob.content)
        let part = ["get", "\(blob.digest)", "--range", "70000-900001"]
        #expect(
            try await workplace.run(part + store).bytes == blob.bytes(in: 70_000..<900_001)
        )
        let cat = try await workplace.run(["cat", "\(small.digest)", "\(blob.digest)"] + store)
        var both = small.content
        both.writeImmutableBuffer(blob.content)
        #expect(cat.bytes == both)
        for command in ["stat", "chunks", "outboard"] {
            let near = try await workplace.run(command, "\(blob.digest)")
            let far = try await workplace.run([command, "\(blob.digest)"] + store)
            #expect(near.bytes == far.bytes && far.status == 0, "\(command): \(far.errors)")
        }
        let has = try await workplace.run(["has", "\(small.digest)", "\(other.digest)"] + store)
        #expect(has.status == 1 && has.lines == ["\(other.digest)"])
        for command in ["get", "stat", "chunks", "outboard"] {
            let absent = try await workplace.run([command, "\(other.digest)"] + store)
            #expect(absent.status == 1 && absent.hasOneError, "\(command): \(absent.errors)")
        }
        #expect(try await daemon.stop().status == 0)
    }

    @Test func `a folder is put and restored over a unix socket`() async throws {
        let daemon = try await Daemon(["-l", "./socket"], in: workplace)
        for number in 0..<100 {
            try workplace.write(TestBlob(size: 1000, seed: UInt64(number)), to: "t/\(number)")
        }
        try workplace.write(blob, to: "t/large")
        let output = try await workplace.shell(
            """
            export BLOBSTORE_STORE=\(daemon.url)
            blobstore put -r t > list && blobstore get --list list -C out && diff -r t out/t
            """
        )
        #expect(output.status == 0 && output.errors.isEmpty, "\(output.errors)")
        try await daemon.stop()
    }

    @Test func `a server can stand before another one`() async throws {
        let far = try await Daemon(in: workplace)
        let near = try await Daemon(["--store", far.url, "-l", "127.0.0.1:0"], in: workplace)
        try workplace.write(blob, to: "file")
        #expect(try await workplace.run("put", "file", "--store", near.url).status == 0)
        #expect(try await workplace.run("cat", "\(blob.digest)").bytes == blob.content)
        let back = try await workplace.run("cat", "\(blob.digest)", "--store", near.url)
        #expect(back.bytes == blob.content, "\(back.errors)")
        try await near.stop()
        try await far.stop()
    }

    @Test func `what needs the folder of a store says what to do`() async throws {
        for command in ["list", "stats", "fsck"] {
            let output = try await workplace.run(command, "--store", "grpc+http://[::1]:1")
            #expect(output.status == 64 && output.hasOneError)
            #expect(output.errors.contains("run 'blobstore \(command) --store FOLDER'"))
        }
        let put = try await workplace.run(
            ["put", "--durability", "none", "--store", "grpc+http://[::1]:1"]
        )
        #expect(put.status == 64 && put.errors.contains("the server decides"), "\(put.errors)")
    }

    @Test func `a server that cannot be reached is named`() async throws {
        for url in ["grpc+http://127.0.0.1:1", "grpc+unix:/does/not/exist"] {
            let output = try await workplace.run("stat", "\(blob.digest)", "--store", url)
            #expect(output.status == 69 && output.hasOneError, "\(output.errors)")
            #expect(output.errors.contains(url), "\(output.errors)")
        }
    }

    @Test func `the old spelling of a socket works and is noted`() async throws {
        let daemon = try await Daemon(["-l", "./socket"], in: workplace)
        let old = "grpc+unix://\(workplace.path)/socket"
        let output = try await workplace.run("has", "\(blob.digest)", "--store", old)
        #expect(output.status == 1 && output.lines == ["\(blob.digest)"])
        #expect(output.hasOneError && output.errors.contains("write \(daemon.url)"))
        try await daemon.stop()
    }
}
