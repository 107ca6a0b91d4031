// SPDX-License-Identifier: Apache-2.0
import SystemPackage

/// Where the user wants one blob.
enum OutputTarget: Sendable {
    /// What is written in order: standard output, a pipe or a device.
    case stream(OutputStream)
    /// A file that is new or gets replaced.
    case file(OutputFile)

    /// Whether a path names a file, or what may become one.
    ///
    /// Blocks.
    static func isFile(_ path: FilePath) -> Bool {
        if path == "-" { return false }
        return switch FileStatus(path)?.kind {
        case .folder, .pipe, .device, .socket: false
        case .file, .link, nil: true
        }
    }

    /// Opens what a path names, standard output for `-`.
    ///
    /// Blocks.
    init(_ path: FilePath) throws(Failure) {
        if path == "-" {
            self = .stream(.standard)
            return
        }
        switch FileStatus(path)?.kind {
        case .folder:
            throw Failure(.unwritable, "\(path): is a folder", advice: "name a file")
        case .pipe, .device, .socket:
            self = .stream(try OutputStream(path))
        case .file, .link, nil:
            self = .file(try OutputFile(at: path))
        }
    }
}
