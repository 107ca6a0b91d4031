// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import SystemPackage
import Testing

/// A get from a server that is ended in the middle and run again.
@Suite struct ResumedGetTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 24 << 20, seed: 41)
    private var partial: String { "out/.blobstore-\(blob.digest).partial" }

    init() throws { workplace = try Workplace() }

    private func blockCount(_ name: String) -> Int {
        var status = stat()
        guard unsafe stat(workplace.path.appending(name).string, &status) == 0 else { return 0 }
        return Int(status.st_blocks)
    }

    @Test(arguments: [SIGKILL, SIGINT])
    func `a get that is ended goes on where it was`(signal: Int32) async throws {
        try await workplace.put(blob)
        try workplace.write("", to: "out/.x")
        let daemon = try await Daemon(in: workplace)
        let get = ["get", "\(blob.digest)", "-o", "out/file", "--store", daemon.url]
        let program = try Program(get, in: workplace)
        // The server stands still as soon as something has come.
        while blockCount(partial) == 0, program.isRunning {
            try await Task.sleep(for: .milliseconds(1))
        }
        kill(daemon.program.identifier, SIGSTOP)
        try await Task.sleep(for: .milliseconds(300))
        #expect(program.isRunning, "the get was too fast for this test")
        kill(program.identifier, signal)
        let ended = try await program.end()
        #expect(ended.status == 128 + signal)
        if signal == SIGINT {
            #expect(ended.errors.contains("are kept; the same command goes on"), "\(ended.errors)")
        }
        #expect(blockCount(partial) > 0)
        kill(daemon.program.identifier, SIGCONT)
        let output = try await workplace.run(get)
        #expect(output.status == 0, "\(output.errors)")
        #expect(try workplace.read("out/file") == blob.content)
        #expect(try workplace.names(in: "out") == [".x", "file"])
        try await daemon.stop()
    }

    @Test func `a get that loses its server ends with what to do, and goes on`() async throws {
        try await workplace.put(blob)
        let daemon = try await Daemon(["-l", "./socket"], in: workplace)
        let get = ["get", "\(blob.digest)", "-o", "out/file", "--store", daemon.url]
        try workplace.write("", to: "out/.x")
        let program = try Program(get, in: workplace)
        while blockCount(partial) == 0, program.isRunning {
            try await Task.sleep(for: .milliseconds(1))
        }
        kill(daemon.program.identifier, SIGKILL)
        _ = try await daemon.program.end()
        let ended = try await program.end()
        #expect(ended.status == 69 && ended.errors.contains(daemon.url), "\(ended.errors)")
        #expect(ended.errors.contains("are kept; the same command goes on"), "\(ended.errors)")
        // A changed byte in what has come is found.
        try FileHandle(forWritingTo: URL(filePath: workplace.path.appending(partial).string))
            .write(contentsOf: Data([1, 2, 3]))
        let other = try await Daemon(["-l", "./socket", "--unix-listen-unlink"], in: workplace)
        #expect(try await workplace.run(get).status == 0)
        #expect(try workplace.read("out/file") == blob.content)
        try await other.stop()
    }
}
