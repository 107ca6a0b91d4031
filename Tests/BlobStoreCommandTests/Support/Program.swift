// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import NIOCore
import SystemPackage

/// What the program has left behind.
struct ProgramOutput: Sendable {
    var status: Int32
    /// Standard output.
    var bytes: ByteBuffer
    /// Standard error.
    var errors: String

    /// Standard output as text.
    var text: String { String(buffer: bytes) }
    /// Standard output by lines.
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// Whether standard error is one message of the program.
    var hasOneError: Bool {
        errors.hasPrefix("blobstore: ") && errors.hasSuffix("\n")
            && errors.count { $0 == "\n" } == 1
    }
}

/// The built program while it runs.
///
/// Its output goes to files, so that it never waits for a reader.
final class Program {
    /// The program, which is built into the folder of the test bundle.
    static let path: FilePath = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let folder = FilePath(bundle ?? "").removingLastComponent()
        return folder.appending("blobstore")
    }()

    private let process = Process()
    private let output: FilePath
    private let errors: FilePath

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    // What a test that fails leaves behind must not run on.
    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    convenience init(_ arguments: [String], in workplace: Workplace) throws {
        try self.init(Self.path, arguments, in: workplace)
    }

    convenience init(shell script: String, in workplace: Workplace) throws {
        // A library in this process has it ignored, which children inherit.
        let command = ["--default-signal=PIPE", "/bin/bash", "-c", script]
        try self.init("/usr/bin/env", command, in: workplace)
    }

    private init(_ program: FilePath, _ arguments: [String], in workplace: Workplace) throws {
        let name = ".program-\(UInt64.random(in: .min ... .max))"
        output = try workplace.write("", to: name + ".out")
        errors = try workplace.write("", to: name + ".err")
        process.executableURL = URL(filePath: program.string)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: workplace.path.string)
        process.environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "BLOBSTORE_STORE": workplace.store.string,
            "BLOBSTORE_PROGRAM": Self.path.string,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output.string))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors.string))
        try process.run()
    }

    /// What the program has printed so far.
    var textSoFar: String {
        get throws {
            String(decoding: try Data(contentsOf: URL(filePath: output.string)), as: UTF8.self)
        }
    }

    /// Waits until the program ends.
    func end() async throws -> ProgramOutput {
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        let isSignal = process.terminationReason == .uncaughtSignal
        let result = ProgramOutput(
            status: process.terminationStatus + (isSignal ? 128 : 0),
            bytes: ByteBuffer(bytes: try Data(contentsOf: URL(filePath: output.string))),
            errors: try textOfErrors
        )
        for file in [output, errors] { try FileManager.default.removeItem(atPath: file.string) }
        return result
    }

    /// What the program has printed on standard error so far.
    var textOfErrors: String {
        get throws {
            String(decoding: try Data(contentsOf: URL(filePath: errors.string)), as: UTF8.self)
        }
    }
}
