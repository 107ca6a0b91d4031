// SPDX-License-Identifier: Apache-2.0
import NIOCore
import SystemPackage

/// A list of files and their digests, as `put -r`, `hash` and `b3sum` print it.
struct FileList: Sendable {
    /// The lines, in their order.
    var lines: [ListLine] = []

    /// Reads a list from a file, or from standard input if its name is `-`.
    static func read(_ path: FilePath) async throws -> FileList {
        let file = try await Blocking.run {
            path == "-" ? try InputFile() : try InputFile(path)
        }
        var bytes: [UInt8] = []
        try await file.forEachPiece { piece in
            unsafe piece.withUnsafeReadableBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return try FileList(parsing: bytes, name: path)
    }

    /// Reads a list from memory; `name` names it in errors.
    init(parsing bytes: [UInt8], name: FilePath) throws(Failure) {
        let texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, text) in texts.enumerated() where !text.isEmpty {
            guard let line = ListLine(parsing: text) else {
                throw Failure(
                    .damaged,
                    "\(name): line \(number + 1) is not a digest, two spaces and a path"
                )
            }
            lines.append(line)
        }
    }
}
