// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage

/// Prints what became of each input, in the order of the inputs, and what failed.
struct InputResults: Sendable {
    enum Format: Sendable {
        case digests
        case list
        case json
    }

    private struct Line: Encodable {
        var digest: String
        var path: String
        var size: UInt64
    }

    let format: Format
    private let output = StandardOutput()
    private let lines: OrderedLines
    private let tally = Tally()

    init(format: Format) {
        self.format = format
        lines = OrderedLines(to: output)
    }

    /// Prints the result of `body` for an input when its turn comes.
    ///
    /// A failure that only concerns this input is reported; other errors are thrown.
    func add(
        _ input: Input,
        _ body: (FileContent) async throws -> (digest: BLAKE3Digest, size: UInt64)
    ) async throws {
        do {
            let (digest, size) = try await body(input.content.get())
            try add(input.position, input.name, digest, size)
        } catch let failure as Failure where failure.concernsOneFile {
            tally.report(failure)
            try lines.complete(input.position)
        }
    }

    /// Prints the result for an input at a position when its turn comes.
    func add(_ position: Int, _ name: FilePath, _ digest: BLAKE3Digest, _ size: UInt64) throws {
        try lines.complete(position, try line(digest, name, size))
    }

    /// Ends the output, and the command if anything failed.
    func finish() throws {
        try output.flush()
        try tally.finish()
    }

    private func line(
        _ digest: BLAKE3Digest,
        _ name: FilePath,
        _ size: UInt64
    ) throws -> [UInt8] {
        switch format {
        case .digests: Array(digest.description.utf8)
        case .list: ListLine(digest, name).bytes
        case .json:
            Array(try JSONLine.encode(Line(digest: "\(digest)", path: name.string, size: size)))
        }
    }
}
