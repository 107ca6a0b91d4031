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
    private static let advice = "are kept; the same command goes on"
    private var partial: String { "out/.blobstore-\(blob.digest).partial" }

    init() throws { workplace = try Workplace() }

    private func blockCount(_ name: String) -> Int {
        var status = stat()
        guard unsafe stat(workplace.path.appending(name).string, &status) == 0 else { return 0 }
        return Int(status.st_blocks)
    }

    private func get(from url: String) -> [String] {
        ["get", "\(blob.digest)", "-o", "out/file", "--store", url]
    }

    /// Starts a get from a server that falls silent, and waits until something has come.
    private func startGet(from url: String) async throws -> Program {
        try workplace.write("", to: "out/.x")
        let program = try Program(get(from: url), in: workplace)
        while blockCount(partial) == 0, program.isRunning {
            try await Task.sleep(for: .milliseconds(1))
        }
        return program
    }

    private func expectEndOfGet(from daemon: Daemon) async throws {
        let output = try await workplace.run(get(from: daemon.url))
        #expect(output.status == 0, "\(output.errors)")
        #expect(try workplace.read("out/file") == blob.content)
        #expect(try workplace.names(in: "out") == [".x", "file"])
    }

    @Test(arguments: [SIGKILL, SIGINT])
    func `a get that is ended goes on where it was`(signal: Int32) async throws {
        try await StallingServer(blob: blob, byteCount: 8 << 20).run { url in
            let program = try await startGet(from: url)
            kill(program.identifier, signal)
            let ended = try await program.end()
            #expect(ended.status == 128 + signal, "\(ended.errors)")
            if signal == SIGINT {
                #expect(ended.errors.contains(Self.advice), "\(ended.errors)")
            }
        }
        #expect(blockCount(partial) > 0)
        try await workplace.put(blob)
        let daemon = try await Daemon(in: workplace)
        try await expectEndOfGet(from: daemon)
        try await daemon.stop()
    }

    @Test func `a get that loses its server ends with what to do, and goes on`() async throws {
        try await StallingServer(blob: blob, byteCount: 8 << 20).run { url in
            let daemon = try await Daemon(["-l", "./socket", "--store", url], in: workplace)
            let program = try await startGet(from: daemon.url)
            kill(daemon.program.identifier, SIGKILL)
            _ = try await daemon.program.end()
            let ended = try await program.end()
            #expect(ended.status == 69 && ended.errors.contains(daemon.url), "\(ended.errors)")
            #expect(ended.errors.contains(Self.advice), "\(ended.errors)")
        }
        // A changed byte in what has come is found.
        try FileHandle(forWritingTo: URL(filePath: workplace.path.appending(partial).string))
            .write(contentsOf: Data([1, 2, 3]))
        try await workplace.put(blob)
        let daemon = try await Daemon(["-l", "./socket", "--unix-listen-unlink"], in: workplace)
        try await expectEndOfGet(from: daemon)
        try await daemon.stop()
    }
}
