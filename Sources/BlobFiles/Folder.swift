// SPDX-License-Identifier: Apache-2.0
package import BlobStore
import Glibc
package import SystemPackage

/// What the store does with folders.
package enum Folder {
    /// Makes a folder and those above it, as far as they are missing, to survive a crash.
    package static func create(_ path: FilePath) throws(BlobError) {
        if isFolder(path) { return }
        // Somebody else may make it at this moment.
        if exists(path), !isFolder(path) {
            throw BlobError(.refused, "\(path): is a file, not a folder")
        }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try create(parent) }
        let failed = unsafe path.withPlatformString { unsafe mkdir($0, 0o755) != 0 }
        let reason = Errno(rawValue: errno)
        if failed, reason != .fileExists || !isFolder(path) {
            throw BlobError(reason, "cannot make the folder", path)
        }
        // A folder that may not be read cannot be synchronized, and need not be ours.
        try? synchronize(parent.isEmpty ? "." : parent)
    }

    package static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return unsafe path.withPlatformString { unsafe stat($0, &status) } == 0
            && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func exists(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, F_OK) } == 0
    }

    /// Returns the names of what is in a folder, in no order.
    package static func names(in path: FilePath) throws(BlobError) -> [String] {
        guard let folder = unsafe path.withPlatformString({ unsafe opendir($0) }) else {
            throw BlobError(Errno(rawValue: errno), "cannot list", path)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    unsafe String(cString: text)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Gives a file another name, replacing what had it.
    package static func rename(_ old: FilePath, to new: FilePath) throws(BlobError) {
        let failed = unsafe old.withPlatformString { old in
            unsafe new.withPlatformString { unsafe Glibc.rename(old, $0) != 0 }
        }
        if failed { throw BlobError(Errno(rawValue: errno), "cannot rename to \(new)", old) }
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: FilePath) throws(BlobError) {
        let failed = unsafe path.withPlatformString { unsafe unlink($0) != 0 }
        let reason = Errno(rawValue: errno)
        if failed, reason != .noSuchFileOrDirectory {
            throw BlobError(reason, "cannot remove", path)
        }
    }

    /// Makes the names in a folder survive a crash of the machine.
    package static func synchronize(_ path: FilePath) throws(BlobError) {
        try File(path, .readOnly, options: .directory).synchronize()
    }
}
