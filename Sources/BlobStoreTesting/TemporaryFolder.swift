// SPDX-License-Identifier: Apache-2.0
import BlobFiles
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

    deinit { Self.remove(path) }

    // `FileManager` copies the whole structure of each entry, of which only what the name needs is there: now
    // and then it reads where there is no memory.
    private static func remove(_ path: FilePath) {
        if unsafe unlink(path.string) == 0 { return }
        for name in (try? Folder.names(in: path)) ?? [] { remove(path.appending(name)) }
        _ = unsafe rmdir(path.string)
    }
}
