// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao
import SystemPackage

/// Draws the hash tree of a small file.
struct BaoTreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Draw the hash tree of a small file.",
        discussion: """
            Each line is a node: its hash, or the first digits of it, the chunks of 1024 bytes \
            under it and their bytes, both half open. The root has the digest. The leaves are \
            groups, at most 64.
            """
    )

    private static let maximumGroupCount: UInt64 = 64

    @OptionGroup var groups: GroupOptions
    @OptionGroup var format: FormatOptions

    @Argument(
        help: "The file; - or none is standard input.",
        completion: .file(),
        transform: PathArgument.parse
    )
    var file: FilePath?

    func run() async throws {
        let content = try await Blocking.run { try InputFile.open(file) }
        try check(content.status.size, content)
        let outboard = try await Progress.showing("tree", ProgressOptions()) { progress in
            try await ContentHashing(groupSize: groups.size, progress: progress)
                .outboard(of: content) { try check($0, content) }
        }
        let nodes = HashTreeNodes(of: outboard)
        let output = StandardOutput()
        if format.json {
            for node in nodes.nodes { try output.print(json: HashTreeLine(node)) }
        } else {
            for line in HashTreeDrawing.lines(nodes.nodes) { try output.print(line) }
        }
        try output.flush()
    }

    /// Fails if so many bytes have too many groups.
    private func check(_ byteCount: UInt64, _ content: InputFile) throws(Failure) {
        let limit = Self.maximumGroupCount
        guard HashTree(size: byteCount, groupSize: groups.size).groupCount > limit else { return }
        let groupByteCount = ByteCount(UInt64(groups.size.byteCount))
        throw Failure(
            .usage,
            "\(content.title): has more than \(limit) groups of \(groupByteCount)",
            advice: "choose a larger --group-log, up to 10, or a smaller file"
        )
    }
}
