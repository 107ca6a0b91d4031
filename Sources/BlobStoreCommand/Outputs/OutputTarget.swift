// SPDX-License-Identifier: Apache-2.0
import SystemPackage

/// Where the user wants one blob.
enum OutputTarget: Sendable {
    /// What is written in order: standard output, a pipe or a device.
    case stream(OutputStream)
    /// A file that is new or gets replaced.
    case file(OutputFile)

    /// Opens what a path names; `-` is standard output. Blocks.
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
