// SPDX-License-Identifier: Apache-2.0
import Glibc
import SystemPackage

/// An open folder in which files are made.
///
/// What happens in it happens in this folder, wherever its path leads meanwhile. Every call blocks.
final class OutputFolder: Sendable {
    let path: FilePath
    let descriptor: SystemPackage.FileDescriptor

    /// Opens a folder, whatever links lead to it.
    init(_ path: FilePath) throws(Failure) {
        self.path = path
        do {
            descriptor = try .open(path, .readOnly, options: [.directory, .closeOnExec])
        } catch {
            throw Failure(.unwritable, path, error as? Errno ?? .ioError)
        }
    }

    /// Opens a folder, and makes it if only it itself is missing.
    convenience init(making path: FilePath) throws(Failure) {
        _ = unsafe path.withPlatformString { unsafe mkdir($0, 0o777) }
        try self.init(path)
    }

    /// Opens a folder in this one, and makes it if it is missing. Does not follow links.
    private init(_ name: FilePath.Component, in parent: OutputFolder) throws(Failure) {
        path = parent.path.appending(name)
        var opened = Self.open(name, in: parent)
        if opened < 0, Errno.last == .noSuchFileOrDirectory {
            let made = unsafe name.withPlatformString {
                unsafe mkdirat(parent.descriptor.rawValue, $0, 0o777)
            }
            guard made == 0 || Errno.last == .fileExists else {
                throw Failure(.unwritable, path, .last)
            }
            opened = Self.open(name, in: parent)
        }
        guard opened >= 0 else {
            let errno = Errno.last
            if errno == .tooManySymbolicLinkLevels || errno == .notDirectory {
                throw Failure(
                    .refused,
                    "\(path): is a link or a file, not a folder",
                    advice: "remove it, or restore elsewhere"
                )
            }
            throw Failure(.unwritable, path, errno)
        }
        descriptor = SystemPackage.FileDescriptor(rawValue: opened)
    }

    private static func open(_ name: FilePath.Component, in parent: OutputFolder) -> Int32 {
        unsafe name.withPlatformString {
            unsafe openat(
                parent.descriptor.rawValue,
                $0,
                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            )
        }
    }

    deinit { try? descriptor.close() }

    /// Opens the folder at a relative path in this one, and makes what is missing on the way.
    ///
    /// Fails if a link is on the way, so it never leaves this folder.
    func descend(_ names: [FilePath.Component]) throws(Failure) -> OutputFolder {
        var folder = self
        for name in names { folder = try OutputFolder(name, in: folder) }
        return folder
    }
}
