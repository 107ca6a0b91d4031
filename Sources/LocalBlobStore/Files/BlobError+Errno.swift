// SPDX-License-Identifier: Apache-2.0
import BlobStore
import SystemPackage

extension BlobError {
    /// Says what a failed system call means.
    ///
    /// - Parameters:
    ///   - errno: What the call reported.
    ///   - action: What was tried, as in "cannot open".
    ///   - path: The file.
    init(_ errno: Errno, _ action: String, _ path: FilePath) {
        self.init(Self.code(of: errno), "\(path): \(action)", cause: errno)
    }

    /// What the system call reported, if the error comes from one.
    var errno: Errno? { cause as? Errno }

    /// Whether there is no file with the name.
    var saysFileIsMissing: Bool { errno == .noSuchFileOrDirectory }

    private static func code(of errno: Errno) -> Code {
        switch errno {
        case .noSpace, .diskQuotaExceeded, .fileTooLarge,
            .readOnlyFileSystem, .permissionDenied, .notPermitted,
            .notDirectory, .isDirectory, .noSuchFileOrDirectory, .tooManySymbolicLinkLevels:
            .refused
        default:
            .unavailable
        }
    }
}
