// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import Glibc
import SystemPackage

/// The program while it serves the store of a workplace.
final class Daemon {
    let program: Program
    /// Where it listens.
    let urls: [String]

    /// Starts a server and waits until clients can connect.
    convenience init(
        _ arguments: [String] = ["-l", "[::1]:0"],
        in workplace: Workplace
    ) async throws {
        try await self.init(Program(["serve"] + arguments, in: workplace))
    }

    /// Waits until a program that serves is ready.
    init(_ program: Program, socketCount: Int = 1) async throws {
        self.program = program
        for _ in 0..<2000 {
            let lines = try program.textSoFar.split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            let complete = lines.dropLast()
            if complete.count >= socketCount {
                urls = complete.map { String($0.trimmingPrefix("listening on ")) }
                return
            }
            guard program.isRunning else { throw UnexpectedOutput(output: try await program.end()) }
            try await Task.sleep(for: .milliseconds(10))
        }
        kill(program.identifier, SIGKILL)
        throw UnexpectedOutput(output: try await program.end())
    }

    /// The first URL.
    var url: String { urls.first ?? "" }

    /// Ends the server in order.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> ProgramOutput {
        kill(program.identifier, signal)
        return try await program.end()
    }
}
