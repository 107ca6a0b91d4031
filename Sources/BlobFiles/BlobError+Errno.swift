// SPDX-License-Identifier: Apache-2.0
package import BlobStore
package import SystemPackage

extension BlobError {
    /// Says what a failed system call means.
    ///
    /// - Parameters:
    ///   - errno: What the call reported.
    ///   - action: What was tried, as in "cannot open".
    ///   - path: The file.
    package init(_ errno: Errno, _ action: String, _ path: FilePath) {
        self.init(Self.code(of: errno), "\(path): \(action)", cause: errno)
    }

    /// What the system call reported, if the error comes from one.
    package var errno: Errno? { cause as? Errno }

    /// Whether there is no file with the name.
    package var saysFileIsMissing: Bool { errno == .noSuchFileOrDirectory }

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
