// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import Bao
import SystemPackage

/// Checks an encoding, or content that has an outboard, and writes the content.
struct BaoDecodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Check an encoding and write the content.",
        discussion: """
            Every byte that is written has been checked, and the size too when all is done. \
            A file gets its name only then. Bytes behind the end of the encoding are not looked at.

            With --outboard the content itself is read, and checked with that. Without a header \
            there, its length is the size that is checked.
            """
    )

    @OptionGroup var options: BaoOptions
    @OptionGroup var stored: StoredOutboardOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var display: ProgressOptions

    @Argument(help: "The digest of the content.", transform: DigestArgument.parse)
    var digest: BLAKE3Digest

    @Argument(
        help: "The encoding, or the content; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var encoding: FilePath?

    func validate() throws { try stored.check(options.form) }

    func run() async throws {
        let layout = stored.options.layout(options.form, options.groups.size)
        let (input, outboard, target) = try await Blocking.run {
            let input = try InputFile.open(encoding)
            let outboard = try stored.outboard.map { try StoredOutboard($0, layout, of: input) }
            return (input, outboard, try OutputTarget(output.target))
        }
        let total = input.status.kind == .file ? input.status.size : nil
        try await Progress.showing("decode", display, total: total) { progress in
            try await Blocking.run {
                if let outboard {
                    try ContentDecoding(content: input, outboard: outboard, progress: progress)
                        .write(digest, to: target)
                } else {
                    try EncodingDecoding(encoding: input, progress: progress)
                        .write(options.decoder(digest), to: target)
                }
            }
        }
    }
}
