// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder for one test, removed with the last reference.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        // The path of a socket in it must be short.
        path = "/tmp/blobgrpc-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }

    /// Returns what is in a file.
    func read(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }

    /// A block that looks like PEM.
    static func pem(_ label: String) -> String {
        "-----BEGIN \(label)-----\nAAAA\n-----END \(label)-----\n"
    }
}
