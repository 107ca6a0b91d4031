// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
package import SystemPackage

/// A folder for one test, removed with what is in it when the last reference goes.
package final class TemporaryFolder: Sendable {
    package let path: FilePath

    package init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "blobstore-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = FilePath(url.path)
    }

    deinit { Self.remove(path.string) }

    // `FileManager` copies the whole structure of each entry, of which only what the name needs is there: now
    // and then it reads where there is no memory.
    private static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        if let folder = unsafe opendir(path) {
            while let entry = unsafe readdir(folder) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                    unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                        unsafe String(cString: text)
                    }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            unsafe closedir(folder)
        }
        _ = unsafe rmdir(path)
    }
}
