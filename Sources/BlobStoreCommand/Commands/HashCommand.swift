// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import SystemPackage

/// Prints or checks digests of files, without a store.
struct HashCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Print or check the digests of files, as b3sum does.",
        discussion: """
            Prints the digest and the path of each file. With --check, the arguments are lists of \
            that form; each path is printed with OK or FAILED, and the exit status is 1 if a file \
            does not match.
            """
    )

    @OptionGroup var format: FormatOptions
    @OptionGroup var display: ProgressOptions

    @Flag(name: .shortAndLong, help: "Read every file below the folders.")
    var recursive = false

    @Flag(name: .shortAndLong, help: "Compare the files of lists with their digests there.")
    var check = false

    @Argument(
        help: "Files, or lists with --check; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var files: [FilePath] = []

    func validate() throws {
        if check, format.json || recursive {
            throw ValidationError("--json and --recursive do not go with --check")
        }
    }

    func run() async throws {
        if check { return try await checkLists() }
        let results = InputResults(format: format.json ? .json : .list)
        let source = InputSource(files, recursive: recursive)
        let total = try await Blocking.run { FileStatus.totalSize(of: files) }
        try await Progress.showing("hash", display, total: total) { progress in
            let hashing = InputHashing(progress: progress)
            try await InputLanes(source: source).run { input in
                try await results.add(input) { try await hashing.hash($0) }
            }
        }
        try results.finish()
    }

    private func checkLists() async throws {
        let results = CheckResults()
        for path in files.isEmpty ? ["-"] : files {
            let list = try await FileList.read(path)
            if list.lines.isEmpty { continue }
            let source = InputSource(list.lines.map(\.path))
            let lines = OrderedLines(to: results.output)
            try await Progress.showing("hash", display) { progress in
                let hashing = InputHashing(progress: progress)
                try await InputLanes(source: source).run { input in
                    let expected = list.lines[input.position].digest
                    try await results.add(input, expected, to: lines) {
                        try await hashing.hash($0).digest
                    }
                }
            }
        }
        try results.finish()
    }
}
