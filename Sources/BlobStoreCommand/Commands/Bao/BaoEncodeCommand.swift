// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao
import SystemPackage

/// Makes an encoding of a file, hashes and content in one.
struct BaoEncodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Make an encoding: the size, then hashes and content.",
        discussion: "The file is read twice, so it cannot be a pipe."
    )

    @OptionGroup var options: BaoOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var display: ProgressOptions

    @Argument(
        help: "The file; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var file: FilePath?

    func run() async throws {
        let (content, target) = try await Blocking.run {
            let content = try InputFile.open(file)
            try content.requirePlaces("an encoding begins with hashes of what is read last")
            return (content, try OutputTarget(output.target))
        }
        let total = 2 * content.status.size
        try await Progress.showing("encode", display, total: total) { progress in
            let hashing = ContentHashing(groupSize: options.keptGroupSize, progress: progress)
            let encoding = ContentEncoding(content, try await hashing.outboard(of: content))
            try await Blocking.run {
                var encoding = encoding
                try encoding.write(.all, options, to: target, progress)
            }
        }
    }
}
