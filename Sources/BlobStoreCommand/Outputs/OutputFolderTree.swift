// SPDX-License-Identifier: Apache-2.0
import Synchronization
import SystemPackage

/// Opens the folders below one folder, and never one that is elsewhere.
///
/// Those on the way to the last one stay open, because the next one is most often near it.
final class OutputFolderTree: Sendable {
    private struct Step {
        var name: FilePath.Component
        var folder: OutputFolder
    }

    private let root: OutputFolder
    private let way = Mutex<[Step]>([])

    init(below root: OutputFolder) { self.root = root }

    /// Opens the folder at a relative path, and makes what is missing on the way.
    ///
    /// Fails if a link is on the way. Blocks.
    func open(_ names: [FilePath.Component]) throws(Failure) -> OutputFolder {
        var steps = way.withLock { $0 }
        let common = zip(steps, names).prefix { $0.0.name == $0.1 }.count
        steps.removeLast(steps.count - common)
        for name in names[common...] {
            let folder = try OutputFolder(name, in: steps.last?.folder ?? root)
            steps.append(Step(name: name, folder: folder))
        }
        way.withLock { $0 = steps }
        return steps.last?.folder ?? root
    }
}
