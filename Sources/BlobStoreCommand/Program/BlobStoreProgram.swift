// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobFiles
import BlobStore
import CGlibc
import Glibc

/// The command line tool `blobstore`.
@main
struct BlobStoreProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blobstore",
        abstract: "Keeps files under the BLAKE3 digest of their content.",
        discussion: """
            Digests are 64 hexadecimal digits, blake3-<base64>, or iroh's base32.

            Results go to standard output, everything else to standard error. Exit status: \
            0 done; 1 absent, or no match; 64 wrong usage; 65 damaged data; 66 input unreadable \
            or changed while it was read; 69 store missing, locked or not reachable; 73 output not writable; \
            74 read error; 76 store of a newer program; 77 refused: no permission or no room; \
            130 interrupted; 141 the reader of the output has gone.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "Store and restore:",
                subcommands: [
                    PutCommand.self, GetCommand.self, CatCommand.self, CopyCommand.self,
                ]
            ),
            CommandGroup(
                name: "Look at blobs:",
                subcommands: [
                    HasCommand.self, StatCommand.self, ChunksCommand.self, ListCommand.self,
                    OutboardCommand.self,
                ]
            ),
            CommandGroup(
                name: "Look after the store:",
                subcommands: [StatsCommand.self, FsckCommand.self, ObjectCommand.self]
            ),
            CommandGroup(
                name: "For other machines:",
                subcommands: [ServeCommand.self, WatchCommand.self]
            ),
            CommandGroup(name: "Settings:", subcommands: [ConfigCommand.self]),
            CommandGroup(
                name: "Without a store:",
                subcommands: [HashCommand.self, BaoCommand.self]
            ),
        ]
    )

    @OptionGroup var store: StoreOptions

    static func main() async {
        StandardStreams.prepare()
        // Chunks come and go by the hundreds a second. If malloc gave their pages back each time,
        // page faults would take a quarter of the time of a large `get`.
        // A server runs for long with many threads: with one arena, and less of it kept, 64 reads at
        // once take some 50 MiB less, and none of them longer.
        let isServer = CommandLine.arguments.contains(ServeCommand.configuration.commandName ?? "")
        cglibc_keep_freed_memory(isServer ? 1 : 2, (isServer ? 8 : 32) << 20)
        let work = Task(executorPreference: BlockingTaskExecutor.shared) {
            await run(Array(CommandLine.arguments.dropFirst()))
        }
        let interruption = Interruption { work.cancel() }
        let status = await work.value
        Terminal.showProgress("")
        Glibc.exit(interruption.status ?? status)
    }

    /// Runs the command that the arguments ask for and returns what to end with.
    @concurrent
    private static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.success.rawValue
        } catch let end as ExitStatus.End {
            return end.status.rawValue
        } catch let error where error is Failure || error is BlobError || error is CancellationError
        {
            return end(Failure(error))
        } catch {
            return answer(error)
        }
    }

    private static func end(_ failure: Failure) -> Int32 {
        let isSilent = failure.status == .closedOutput || failure.status == .interrupted
        if !isSilent { Terminal.note(failure.description) }
        return failure.status.rawValue
    }

    /// Prints help where it was asked for, or what is wrong with the arguments.
    private static func answer(_ error: any Error) -> Int32 {
        let code = exitCode(for: error)
        guard code.isSuccess else {
            let usage = /Usage: (blobstore( [a-z][a-z-]*)*)/
            let command = fullMessage(for: error).firstMatch(of: usage)?.1
            Terminal.note("\(message(for: error)); see '\(command ?? "blobstore") --help'")
            return code.rawValue
        }
        do throws(Failure) {
            let output = StandardOutput()
            try output.print(fullMessage(for: error))
            try output.flush()
            return code.rawValue
        } catch {
            return end(error)
        }
    }
}
