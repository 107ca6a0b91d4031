// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import SystemPackage

/// Says where to write the one result of a command.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: "The file to write; - is standard output, the default.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var output: FilePath?

    /// Where to write, `-` for standard output.
    var target: FilePath { output ?? "-" }
}
