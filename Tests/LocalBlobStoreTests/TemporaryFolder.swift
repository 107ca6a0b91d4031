// SPDX-License-Identifier: Apache-2.0
import Foundation
import SystemPackage

/// A folder for one test, removed with what is in it when the last reference goes.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "blobstore-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = FilePath(url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
