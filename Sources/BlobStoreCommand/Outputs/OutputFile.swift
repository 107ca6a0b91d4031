// SPDX-License-Identifier: Apache-2.0
import CGlibc
import Glibc
import Synchronization
import SystemPackage

/// A new file that gets its name when it is complete.
///
/// Until then it has a temporary name in the same folder; if it is let go of before, it is removed,
/// unless it is a partial file that has something in it. Every call blocks.
final class OutputFile: Sendable {
    private static let temporaryPrefix =
        ".blobstore-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    private static let count = Atomic(0)

    let path: FilePath
    let descriptor: SystemPackage.FileDescriptor
    private let folder: OutputFolder
    private let name: FilePath.Component
    private let temporaryName: String
    private let isPartial: Bool
    private let isComplete = Atomic(false)

    /// Makes the file under a temporary name.
    init(_ name: FilePath.Component, in folder: OutputFolder) throws(Failure) {
        self.name = name
        self.folder = folder
        path = folder.path.appending(name)
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        temporaryName = "\(Self.temporaryPrefix).\(number)"
        let opened = unsafe openat(
            folder.descriptor.rawValue,
            temporaryName,
            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            0o666
        )
        guard opened >= 0 else { throw Failure(.unwritable, path, .last) }
        descriptor = SystemPackage.FileDescriptor(rawValue: opened)
        isPartial = false
    }

    /// Takes over a file that has a temporary name, and keeps that if it does not get complete.
    init(_ name: FilePath.Component, _ partial: PartialFile) {
        self.name = name
        folder = partial.folder
        path = folder.path.appending(name)
        temporaryName = partial.name
        descriptor = partial.descriptor
        isPartial = true
    }

    /// Makes a file that will be at `path`, or where that leads if it is a link.
    convenience init(at path: FilePath) throws(Failure) {
        let (name, folder) = try Self.place(of: path)
        try self.init(name, in: folder)
    }

    /// The folder in which a file is made that will be at `path`, or where that leads.
    static func place(
        of path: FilePath
    ) throws(Failure) -> (name: FilePath.Component, folder: OutputFolder) {
        let path = Self.target(of: path)
        guard let name = path.lastComponent, name.kind == .regular else {
            throw Failure(.unwritable, "\(path): is not the name of a file")
        }
        let parent = path.removingLastComponent()
        return (name, try OutputFolder(parent.isEmpty ? "." : parent))
    }

    private static func target(of path: FilePath) -> FilePath {
        let resolved = unsafe path.withPlatformString { unsafe realpath($0, nil) }
        guard let resolved = unsafe resolved else { return path }
        defer { unsafe free(resolved) }
        return unsafe FilePath(platformString: resolved)
    }

    /// Makes the file as long as it will be, so that its parts can be written in any order.
    func resize(to size: UInt64) throws(Failure) {
        do {
            try descriptor.resize(to: Int64(clamping: size))
        } catch {
            throw Failure(.unwritable, path, error as? Errno ?? .ioError)
        }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: RawSpan, at offset: UInt64) throws(Failure) {
        let errno = unsafe bytes.withUnsafeBytes { memory -> Errno? in
            do {
                unsafe try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), memory)
                return nil
            } catch {
                return error as? Errno ?? .ioError
            }
        }
        if let errno { throw Failure(.unwritable, path, errno) }
    }

    /// Gives the file its name, in place of a file that has it.
    ///
    /// Fails if something other than a file has the name.
    func complete() throws(Failure) {
        if try !rename(exclusively: true) {
            if let existing = try? FileStatus(name, in: folder.descriptor), existing.kind != .file {
                throw Failure(
                    .refused,
                    "\(path): is there already and is a \(existing.kind.rawValue), not a file",
                    advice: "remove it first"
                )
            }
            _ = try rename(exclusively: false)
        }
        isComplete.store(true, ordering: .relaxed)
    }

    /// Returns whether the file has its name; `false` only if it was not to replace another one.
    private func rename(exclusively: Bool) throws(Failure) -> Bool {
        let folder = folder.descriptor.rawValue
        let result = unsafe name.withPlatformString { name in
            exclusively
                ? unsafe cglibc_rename_exclusively(folder, temporaryName, name)
                : unsafe renameat(folder, temporaryName, folder, name)
        }
        if result == 0 { return true }
        let errno = Errno.last
        // The last two: the file system, or the kernel, cannot do it.
        let refusals: [Errno] = [.fileExists, .invalidArgument, .noFunction]
        guard exclusively, refusals.contains(errno) else { throw Failure(.unwritable, path, errno) }
        return false
    }

    deinit {
        let isWorthKeeping = isPartial && (try? FileStatus(descriptor).isStored) == true
        // A child of this process, until it runs its program, has the lock of the partial file as well.
        _ = flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
        if !isWorthKeeping, !isComplete.load(ordering: .relaxed) {
            _ = unsafe unlinkat(folder.descriptor.rawValue, temporaryName, 0)
        }
    }
}
