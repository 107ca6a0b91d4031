// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage

/// Which files to make below a folder, in batches that share their folder.
///
/// Equal files come soon after each other, so that small ones are read once.
struct RestorePlan: Sendable {
    struct File: Sendable {
        var digest: BLAKE3Digest
        var name: FilePath.Component
    }

    struct Batch: Sendable {
        /// The names of the folders on the way.
        var folder: [FilePath.Component]
        var files: [File]
    }

    private static let maximumBatchLength = 64

    let batches: [Batch]

    /// Makes a plan, unless a path of the list leaves the folder or occurs twice.
    init(_ list: FileList) throws(Failure) {
        var seen: Set<FilePath> = []
        var batches: [Batch] = []
        /// In which batch a digest comes first, and the batches of files that are equal to one of that batch.
        var numbers: [BLAKE3Digest: Int] = [:]
        var copies: [Int: [Batch]] = [:]
        for line in list.lines {
            var names = try Self.names(line.path)
            guard let name = names.popLast() else { throw Self.refusal(line.path) }
            guard seen.insert(Self.canonical(line.path)).inserted else {
                throw Failure(.refused, "\(line.path): is in the list more than once")
            }
            let file = File(digest: line.digest, name: name)
            if let number = numbers[line.digest], batches[number].folder != names {
                Self.add(file, in: names, to: &copies[number, default: []])
            } else {
                Self.add(file, in: names, to: &batches)
                numbers[line.digest] = numbers[line.digest] ?? batches.count - 1
            }
        }
        self.batches = batches.enumerated().flatMap { [$1] + (copies[$0] ?? []) }
    }

    private static func add(
        _ file: File,
        in folder: [FilePath.Component],
        to batches: inout [Batch]
    ) {
        if let last = batches.last, last.folder == folder,
            last.files.count < maximumBatchLength
        {
            batches[batches.count - 1].files.append(file)
        } else {
            batches.append(Batch(folder: folder, files: [file]))
        }
    }

    /// Returns the names on a path that stays where it is.
    private static func names(_ path: FilePath) throws(Failure) -> [FilePath.Component] {
        guard path.isRelative, path.components.allSatisfy({ $0.kind != .parentDirectory })
        else { throw refusal(path) }
        return path.components.filter { $0.kind == .regular }
    }

    private static func canonical(_ path: FilePath) -> FilePath {
        let isPlain = path.components.allSatisfy { $0.kind == .regular }
        return isPlain ? path : path.lexicallyNormalized()
    }

    private static func refusal(_ path: FilePath) -> Failure {
        Failure(
            .refused,
            "\(path): leads out of the folder",
            advice: "nothing was restored; check where the list comes from"
        )
    }
}
