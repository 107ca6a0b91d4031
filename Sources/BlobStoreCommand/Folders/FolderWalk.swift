// SPDX-License-Identifier: Apache-2.0
import SystemPackage

/// Finds every file below a folder, in the order of their paths as bytes.
///
/// Symbolic links are not followed. Memory: the names in the folders from the first one down to
/// where the walk is. Every call blocks.
struct FolderWalk {
    enum Finding: Sendable {
        case file(FilePath)
        /// Something that is left out, and why.
        case skipped(FilePath, String)
        case failed(FilePath, Failure)
    }

    private struct Level {
        var path: FilePath
        var rest: ArraySlice<FolderReader.Entry>
    }

    private let excluded: FileStatus.Identity?
    private var levels: [Level] = []

    /// Begins a walk at a folder or a link to one, leaving one folder out wherever it is met.
    init(_ path: FilePath, excluding excluded: FileStatus.Identity?) throws {
        self.excluded = excluded
        try enter(path, followingLinks: true)
    }

    private mutating func enter(_ path: FilePath, followingLinks: Bool = false) throws {
        let entries = try FolderReader.entries(
            of: path,
            followingLinks: followingLinks,
            excluding: excluded
        )
        levels.append(Level(path: path, rest: entries[...]))
    }

    /// Returns what comes next, or `nil` at the end.
    mutating func next() -> Finding? {
        while !levels.isEmpty {
            let path = levels[levels.count - 1].path
            guard let entry = levels[levels.count - 1].rest.popFirst() else {
                levels.removeLast()
                continue
            }
            guard let name = FilePath(bytes: entry.name) else { continue }
            let child = path.appending(name.components)
            switch entry.kind {
            case .file:
                return .file(child)
            case .folder:
                do {
                    try enter(child)
                } catch is FolderReader.Excluded {
                    return .skipped(child, "is the store itself")
                } catch {
                    return .failed(child, Failure(error))
                }
            case .link, .pipe, .socket, .device:
                return .skipped(child, "is a \(entry.kind.rawValue)")
            }
        }
        return nil
    }
}
