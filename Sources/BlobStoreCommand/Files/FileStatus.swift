// SPDX-License-Identifier: Apache-2.0
import Glibc
import SystemPackage

/// What the operating system knows about a file.
struct FileStatus: Hashable, Sendable {
    enum Kind: String, Sendable {
        case file
        case folder
        case link = "symbolic link"
        case pipe
        case socket
        case device

        init(mode: UInt32) {
            self =
                switch mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .folder
                case S_IFLNK: .link
                case S_IFIFO: .pipe
                case S_IFSOCK: .socket
                default: .device
                }
        }
    }

    /// Tells whether two names lead to the same file.
    struct Identity: Hashable, Sendable {
        var device: UInt64
        var number: UInt64
    }

    var kind: Kind
    var identity: Identity
    /// The number of bytes in it.
    var size: UInt64
    /// Whether it takes space on a disk.
    var isStored: Bool
    private var modifiedSeconds: Int
    private var modifiedNanoseconds: Int

    private init(_ status: stat) {
        kind = Kind(mode: status.st_mode)
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        size = UInt64(clamping: status.st_size)
        isStored = status.st_blocks > 0
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }

    /// Examines what a path leads to; `nil` if that is nothing.
    init?(_ path: FilePath) {
        var status = stat()
        guard unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0 else { return nil }
        self.init(status)
    }

    /// Examines an open file.
    init(_ descriptor: FileDescriptor) throws(Errno) {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { throw .last }
        self.init(status)
    }

    /// Examines what has a name in a folder, a link itself and not where it leads.
    init(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        var status = stat()
        let result = unsafe name.withPlatformString {
            unsafe fstatat(folder.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW)
        }
        guard result == 0 else { throw .last }
        self.init(status)
    }

    /// Whether a path leads to anything.
    static func exists(_ path: FilePath) -> Bool { FileStatus(path) != nil }

    /// Returns the bytes in all of the files, or `nil` if one is not a file.
    static func totalSize(of paths: [FilePath]) -> UInt64? {
        var total: UInt64 = 0
        for path in paths {
            guard let status = FileStatus(path), status.kind == .file else { return nil }
            total += status.size
        }
        return total
    }

    /// Whether the content is certainly not the same as at the time of another status.
    func differs(from earlier: FileStatus) -> Bool {
        size != earlier.size || modifiedSeconds != earlier.modifiedSeconds
            || modifiedNanoseconds != earlier.modifiedNanoseconds
    }
}

extension Errno {
    /// What the last failed call on this thread reported.
    static var last: Errno { Errno(rawValue: errno) }
}
