// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BLAKE3
import Bao
import SystemPackage

/// Checks a slice and writes the part of the content that was asked for.
struct BaoVerifySliceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-slice",
        abstract: "Check a slice and write the part of the content that is in it.",
        discussion: """
            Start and count must be those that the slice was made with. The size of the whole blob \
            is proven only if the slice reaches its end. Bytes behind the slice are not looked at.
            """
    )

    @OptionGroup var options: BaoOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var display: ProgressOptions

    @Argument(help: "The digest of the whole content.", transform: DigestArgument.parse)
    var digest: BLAKE3Digest

    @OptionGroup var part: SliceArguments

    @Argument(
        help: "The slice; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var slice: FilePath?

    func run() async throws {
        let (input, target) = try await Blocking.run {
            (try InputFile.open(slice), try OutputTarget(output.target))
        }
        let total = input.status.kind == .file ? input.status.size : nil
        try await Progress.showing("verify-slice", display, total: total) { progress in
            try await Blocking.run {
                let decoder = options.decoder(digest, ranges: part.slice.chunks)
                try EncodingDecoding(encoding: input, progress: progress)
                    .write(decoder, part.slice, to: target)
            }
        }
    }
}
