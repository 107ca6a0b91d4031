// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao
import SystemPackage

/// Makes an outboard: the hashes of an encoding, without the content.
struct BaoOutboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outboard",
        abstract: "Make an outboard: the hashes that check a file, without its content.",
        discussion: "As it is, the result is what iroh keeps in its .obao4 files."
    )

    @OptionGroup var options: BaoOptions
    @OptionGroup var layout: OutboardOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var display: ProgressOptions

    @Argument(
        help: "The file; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var file: FilePath?

    func validate() throws { try layout.check(options.form) }

    func run() async throws {
        let (content, target) = try await Blocking.run {
            (try InputFile.open(file), try OutputTarget(output.target))
        }
        let total = content.status.kind == .file ? content.status.size : nil
        try await Progress.showing("outboard", display, total: total) { progress in
            let hashing = ContentHashing(groupSize: options.groups.size, progress: progress)
            let outboard = try await hashing.outboard(of: content)
            let layout = layout.layout(options.form, options.groups.size)
            try await Blocking.run {
                var output = OrderedOutput(target)
                layout.forEachPart(of: outboard) { output.append($0) }
                try output.finish()
            }
        }
    }
}
