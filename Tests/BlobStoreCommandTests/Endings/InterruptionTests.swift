// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import SystemPackage
import Testing

@Suite struct InterruptionTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    /// Runs a command in this process' place of a shell, so that signals reach the program itself.
    private func start(_ command: String) throws -> Program {
        try Program(
            shell: "\(command.replacing("blobstore", with: "exec $BLOBSTORE_PROGRAM"))",
            in: workplace
        )
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal ends a put that waits for input`(signal: Int32) async throws {
        // The program ends the hard way after five seconds; timeout(1) does not wait for that. It takes
        // the time because this process may be busy with other tests.
        let output = try await workplace.shell(
            """
            mkfifo pipe; exec 0<> pipe
            exec timeout --preserve-status -s \(signal) -k 3.5 2 "$BLOBSTORE_PROGRAM" put
            """
        )
        #expect(output.status == 128 + signal && output.errors.isEmpty, "\(output.errors)")
    }

    @Test func `a signal that the caller has chosen to ignore is ignored`() async throws {
        let program = try start("trap '' HUP; mkfifo pipe; exec 0<> pipe; blobstore put")
        try await Task.sleep(for: .milliseconds(500))
        kill(program.identifier, SIGHUP)
        try await Task.sleep(for: .milliseconds(200))
        kill(program.identifier, SIGTERM)
        #expect(try await program.end().status == 128 + SIGTERM)
    }

    @Test func `an interrupted get leaves no file`() async throws {
        let blob = TestBlob(size: 8 << 20, seed: 16)
        try await workplace.put(blob)
        try workplace.write("", to: "out/.x")
        let program = try start("blobstore get \(blob.digest) -o out/file")
        while try workplace.names(in: "out").count < 2 {
            try await Task.sleep(for: .milliseconds(1))
        }
        kill(program.identifier, SIGINT)
        let output = try await program.end()
        // It may have been complete before the signal came.
        #expect(output.status == 130 || output.status == 0)
        #expect(try workplace.names(in: "out") == (output.status == 0 ? [".x", "file"] : [".x"]))
    }

    @Test func `everything acknowledged survives a kill`() async throws {
        for number in 0..<400 {
            try workplace.write(TestBlob(size: 2000, seed: UInt64(number)), to: "t/\(number)")
        }
        let program = try Program(["put", "-r", "t"], in: workplace)
        while try program.textSoFar.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        kill(program.identifier, SIGKILL)
        let output = try await program.end()
        #expect(output.status == 128 + SIGKILL || output.lines.count == 400)
        // The last line may be cut off.
        let complete = output.text.split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        #expect(!complete.isEmpty)
        try workplace.write(complete.map { $0 + "\n" }.joined(), to: "list")
        let check = try await workplace.shell(
            """
            blobstore get --list list -C out || exit 1
            cd out && find t -type f | while read f; do cmp $f ../$f || exit 2; done
            """
        )
        #expect(check.status == 0, "\(check.errors)")
        #expect(try await workplace.run("fsck").status == 0)
        #expect(try await workplace.run("put", "-r", "t").lines.count == 400)
    }
}
