// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobComposition

/// Looks at the configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the configuration.",
        subcommands: [ConfigShowCommand.self]
    )
}

/// Prints the graph of services that options, environment and file describe.
struct ConfigShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print which services are used, and all that is said of them.",
        discussion: """
            The output is a configuration itself, with every default value filled in. Secrets are left \
            out unless they are asked for. Nothing is opened or connected to.
            """
    )

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print secrets as well.")
    var secrets = false

    func run() async throws {
        let choice = try await Blocking.run { () throws -> StoreChoice in try store.choice }
        for note in choice.notes { Terminal.note(note) }
        do throws(ConfigurationError) {
            try choice.configuration.checkAddresses(file: choice.file)
        } catch {
            throw Failure(error)
        }
        let output = StandardOutput()
        try output.print(choice.configuration.toml(showingSecrets: secrets))
        try output.flush()
    }
}
