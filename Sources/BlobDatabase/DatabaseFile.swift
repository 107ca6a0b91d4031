// SPDX-License-Identifier: Apache-2.0
import Glibc
package import SystemPackage

/// The file of a database, as it was at some time.
package struct DatabaseFile: Sendable {
    let path: FilePath
    private let device: dev_t
    private let inode: ino_t

    /// `nil` if there is no file.
    package init?(at path: FilePath) {
        var found = stat()
        guard unsafe stat(path.string, &found) == 0 else { return nil }
        self.path = path
        device = found.st_dev
        inode = found.st_ino
    }

    /// Whether it has not been removed, and no other one is in its place.
    var isInPlace: Bool {
        guard let now = DatabaseFile(at: path) else { return false }
        return now.device == device && now.inode == inode
    }

    /// Removes it and what belongs to it, unless somebody has done so already; those who use it go on with what they
    /// have.
    package func remove() {
        guard isInPlace else { return }
        for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(path.string + suffix) }
    }
}
