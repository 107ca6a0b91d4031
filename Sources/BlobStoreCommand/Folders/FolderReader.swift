// SPDX-License-Identifier: Apache-2.0
import Glibc
import SystemPackage

/// Lists the names in one folder.
enum FolderReader {
    struct Entry: Sendable {
        var name: [UInt8]
        var kind: FileStatus.Kind
    }

    /// Returns what is in a folder, in the order in which a sorted list of paths has it.
    ///
    /// The folder itself may be a symbolic link only with `followingLinks`. If it is the one that is
    /// excluded, throws ``Excluded``.
    static func entries(
        of path: FilePath,
        followingLinks: Bool,
        excluding excluded: FileStatus.Identity?
    ) throws -> [Entry] {
        let descriptor = try open(path, followingLinks: followingLinks)
        guard let stream = unsafe fdopendir(descriptor.rawValue) else {
            defer { try? descriptor.close() }
            throw Failure(.unreadable, path, .last)
        }
        defer { unsafe closedir(stream) }
        if let excluded, try FileStatus(descriptor).identity == excluded { throw Excluded() }
        var entries: [Entry] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            if let entry = unsafe Entry(entry, in: descriptor) { entries.append(entry) }
            errno = 0
        }
        if errno != 0 { throw Failure(.inputOutput, path, .last) }
        return entries.sorted { $0.isBefore($1) }
    }

    private static func open(
        _ path: FilePath,
        followingLinks: Bool
    ) throws(Failure) -> SystemPackage.FileDescriptor {
        var options: SystemPackage.FileDescriptor.OpenOptions = [.directory, .closeOnExec]
        if !followingLinks { options.insert(.noFollow) }
        do {
            return try .open(path, .readOnly, options: options)
        } catch {
            throw Failure(.unreadable, path, error as? Errno ?? .ioError)
        }
    }

    /// The folder is not to be read.
    struct Excluded: Error {}
}

extension FolderReader.Entry {
    /// Reads one entry; `nil` for the folder itself, the one above it, and what is gone already.
    fileprivate init?(
        _ entry: UnsafeMutablePointer<dirent>,
        in folder: SystemPackage.FileDescriptor
    ) {
        // The structure ends with the name, so only its address may be taken, not a copy.
        name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
            unsafe field.withMemoryRebound(to: UInt8.self, capacity: Int(NAME_MAX) + 1) { text in
                unsafe Array(UnsafeBufferPointer(start: text, count: strlen(field)))
            }
        }
        if name == Array(".".utf8) || name == Array("..".utf8) { return nil }
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): kind = .file
        case Int(DT_DIR): kind = .folder
        case Int(DT_LNK): kind = .link
        case Int(DT_FIFO): kind = .pipe
        case Int(DT_SOCK): kind = .socket
        case Int(DT_BLK), Int(DT_CHR): kind = .device
        default:
            // Some file systems do not say.
            guard let component = FilePath(bytes: name)?.lastComponent,
                let status = try? FileStatus(component, in: folder)
            else { return nil }
            kind = status.kind
        }
    }

    /// Compares as the paths below do: a folder as if its name ended with a slash.
    fileprivate func isBefore(_ other: Self) -> Bool {
        key.lexicographicallyPrecedes(other.key)
    }

    private var key: [UInt8] { kind == .folder ? name + [UInt8(ascii: "/")] : name }
}
