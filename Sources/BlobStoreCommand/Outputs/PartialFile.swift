// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import CGlibc
import Glibc
import NIOCore
import SystemPackage

/// What has come of a blob so far, in a file that stays when the program ends early.
///
/// It is named after the digest and is in the folder of the file that it will be. Nothing that is in it
/// is trusted. Every call blocks.
struct PartialFile {
    let folder: OutputFolder
    let name: String
    let descriptor: SystemPackage.FileDescriptor

    /// Why there is no file to go on with.
    struct Unusable: Error {
        var reason: String
    }

    /// Opens the partial file of a blob, or makes it.
    ///
    /// Throws ``Unusable`` if something else has its name, or another process works on it.
    init(of digest: BLAKE3Digest, in folder: OutputFolder) throws {
        self.folder = folder
        name = ".blobstore-\(digest).partial"
        descriptor = try Self.open(name, in: folder)
    }

    private static func open(
        _ name: String,
        in folder: OutputFolder
    ) throws -> SystemPackage.FileDescriptor {
        while true {
            let opened = unsafe openat(
                folder.descriptor.rawValue,
                name,
                O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                0o666
            )
            guard opened >= 0 else { throw failure(folder.path.appending(name)) }
            let descriptor = SystemPackage.FileDescriptor(rawValue: opened)
            do {
                if try isOurs(opened, name, in: folder) { return descriptor }
                // Another process has just completed it.
                try descriptor.close()
            } catch {
                try? descriptor.close()
                throw error
            }
        }
    }

    private static func failure(_ path: FilePath) -> any Error {
        switch Errno.last {
        case .tooManySymbolicLinkLevels: Unusable(reason: "\(path) is a symbolic link")
        case .isDirectory: Unusable(reason: "\(path) is a folder")
        case .permissionDenied, .noSuchAddressOrDevice:
            Unusable(reason: "\(path) cannot be opened")
        default: Failure(.unwritable, path, .last)
        }
    }

    /// Locks the file, and returns whether it still has the name.
    ///
    /// A file that belongs to somebody else, or that has other names, could be changed, or would be,
    /// behind someone's back.
    private static func isOurs(
        _ descriptor: CInt,
        _ name: String,
        in folder: OutputFolder
    ) throws -> Bool {
        let path = folder.path.appending(name)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw Failure(.unwritable, path, .last)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Unusable(reason: "\(path) is not a file")
        }
        guard status.st_uid == geteuid() else {
            throw Unusable(reason: "\(path) belongs to another user")
        }
        guard status.st_nlink <= 1 else { throw Unusable(reason: "\(path) has other names") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw Unusable(reason: "another process works on \(path)")
        }
        var named = stat()
        let result = unsafe fstatat(folder.descriptor.rawValue, name, &named, AT_SYMLINK_NOFOLLOW)
        return result == 0 && named.st_dev == status.st_dev && named.st_ino == status.st_ino
    }
}

extension OutputFile {
    /// Reads a part of the file, which may be shorter.
    func read(_ range: Range<UInt64>) throws(Failure) -> ByteBuffer {
        var buffer = ByteBuffer()
        while buffer.readableBytes < range.count {
            let wanted = range.count - buffer.readableBytes
            let offset = Int64(clamping: range.lowerBound + UInt64(buffer.readableBytes))
            do {
                let done = try unsafe buffer.writeWithUnsafeMutableBytes(
                    minimumWritableBytes: wanted
                ) { memory in
                    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<wanted])
                    return unsafe try descriptor.read(fromAbsoluteOffset: offset, into: part)
                }
                if done == 0 { break }
            } catch {
                throw Failure(.inputOutput, path, error as? Errno ?? .ioError)
            }
        }
        return buffer
    }

    /// The first range, from `offset` on, that is not a hole; `nil` if only holes follow.
    func nextContent(from offset: UInt64) -> Range<UInt64>? {
        var (start, end): (Int64, Int64) = (0, 0)
        let result = unsafe cglibc_next_content(
            descriptor.rawValue,
            Int64(clamping: offset),
            &start,
            &end
        )
        return result == 0 && end > start ? UInt64(start)..<UInt64(end) : nil
    }
}
