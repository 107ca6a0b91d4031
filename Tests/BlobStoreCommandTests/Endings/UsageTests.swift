// SPDX-License-Identifier: Apache-2.0
import SystemPackage
import Testing

@Suite struct UsageTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    @Test(arguments: ["--help", "help", "help put", "get --help", "--version"])
    func `help goes to standard output`(arguments: String) async throws {
        let output = try await workplace.shell("blobstore \(arguments)")
        #expect(output.status == 0 && !output.text.isEmpty && output.errors.isEmpty)
    }

    @Test(arguments: ["frobnicate", "--frobnicate", "get --frobnicate", "has", "chunks", "stat"])
    func `wrong usage is one line that leads to help`(arguments: String) async throws {
        let output = try await workplace.shell("blobstore \(arguments)")
        #expect(output.status == 64 && output.text.isEmpty, "\(output.text)")
        #expect(output.hasOneError && output.errors.contains("--help'"), "\(output.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completion scripts are made`(shell: String) async throws {
        let output = try await workplace.run("--generate-completion-script", shell)
        #expect(output.status == 0 && output.text.contains("rebuild-index"))
    }
}
