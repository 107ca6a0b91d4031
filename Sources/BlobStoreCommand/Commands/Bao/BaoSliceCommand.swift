// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao
import SystemPackage

/// Makes an encoding of a part of a file.
struct BaoSliceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slice",
        abstract: "Make an encoding of a part of a file.",
        discussion: """
            The chunks of 1024 bytes that the part touches are in the slice, at least one: a part \
            behind the end has the last chunk, which proves the size. With list and runs, whole \
            groups are.

            The file is hashed first; with --outboard only what the slice needs is read. For pairs \
            and siblings that has to be an outboard of pairs, for list and runs one of a list.
            """
    )

    @OptionGroup var options: BaoOptions
    @OptionGroup var stored: StoredOutboardOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var display: ProgressOptions

    @OptionGroup var slice: SliceArguments

    @Argument(
        help: "The file; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var file: FilePath?

    func validate() throws { try stored.check(options.storedForm) }

    func run() async throws {
        let (content, target) = try await Blocking.run {
            let content = try InputFile.open(file)
            try content.requirePlaces("a slice needs some places of it only")
            return (content, try OutputTarget(output.target))
        }
        let total = stored.outboard == nil ? content.status.size : nil
        try await Progress.showing("slice", display, total: total) { progress in
            let encoding = try await encoding(of: content, progress)
            try await Blocking.run {
                var encoding = encoding
                try encoding.write(slice.slice.chunks, options, to: target, progress)
            }
        }
    }

    private func encoding(
        of content: InputFile,
        _ progress: Progress
    ) async throws -> ContentEncoding {
        guard let path = stored.outboard else {
            let hashing = ContentHashing(groupSize: options.keptGroupSize, progress: progress)
            return ContentEncoding(content, try await hashing.outboard(of: content))
        }
        let layout = stored.options.layout(options.storedForm, options.groups.size)
        return try await Blocking.run {
            try ContentEncoding(content, stored: try StoredOutboard(path, layout, of: content))
        }
    }
}
