// SPDX-License-Identifier: Apache-2.0
import Foundation
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

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
