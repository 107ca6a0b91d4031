// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage

/// Which files to make below a folder, in batches that share their folder.
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

    private(set) var batches: [Batch] = []

    /// Makes a plan, unless a path of the list leaves the folder or occurs twice.
    init(_ list: FileList) throws(Failure) {
        var seen: Set<FilePath> = []
        for line in list.lines {
            var names = try Self.names(line.path)
            guard let name = names.popLast() else { throw Self.refusal(line.path) }
            guard seen.insert(FilePath(root: nil, names + [name])).inserted else {
                throw Failure(.refused, "\(line.path): is in the list more than once")
            }
            let file = File(digest: line.digest, name: name)
            if let last = batches.last, last.folder == names,
                last.files.count < Self.maximumBatchLength
            {
                batches[batches.count - 1].files.append(file)
            } else {
                batches.append(Batch(folder: names, files: [file]))
            }
        }
    }

    /// Returns the names on a path that stays where it is.
    private static func names(_ path: FilePath) throws(Failure) -> [FilePath.Component] {
        guard path.isRelative, path.components.allSatisfy({ $0.kind != .parentDirectory })
        else { throw refusal(path) }
        return path.components.filter { $0.kind == .regular }
    }

    private static func refusal(_ path: FilePath) -> Failure {
        Failure(
            .refused,
            "\(path): leads out of the folder",
            advice: "nothing was restored; check where the list comes from"
        )
    }
}
