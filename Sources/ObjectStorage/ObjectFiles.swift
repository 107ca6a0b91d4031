// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import Glibc
import NIOCore
import SystemPackage

/// Reads and writes the files of objects.
///
/// Every call blocks; callers run on `Workers`.
enum ObjectFiles {
    struct Status {
        var size: UInt64
        var modificationTime: Int64
    }

    /// Whether a file is what a writer that was killed has left behind: `NAME#DIGITS`.
    static func isLeftover(_ name: String) -> Bool {
        guard let mark = name.lastIndex(of: "#") else { return false }
        let digits = name[mark...].dropFirst()
        return !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
    }

    /// Returns `nil` if there is no such file.
    static func status(_ path: FilePath) throws(BlobError) -> Status? {
        var found = stat()
        let failed = unsafe path.withPlatformString { unsafe stat($0, &found) != 0 }
        if failed {
            let reason = Errno(rawValue: errno)
            if reason == .noSuchFileOrDirectory || reason == .notDirectory { return nil }
            throw BlobError(reason, "cannot examine", path)
        }
        guard found.st_mode & S_IFMT == S_IFREG else { return nil }
        return Status(
            size: UInt64(found.st_size),
            modificationTime: Int64(found.st_mtim.tv_sec)
        )
    }

    /// Returns `nil` if there is no such file.
    static func open(_ path: FilePath) throws(BlobError) -> File? {
        do throws(BlobError) {
            return try File(path, .readOnly)
        } catch {
            if error.saysFileIsMissing { return nil }
            throw error
        }
    }

    /// Writes a file, to survive a crash; returns whether it has been written.
    static func write(
        _ content: [ByteBuffer],
        to path: FilePath,
        replacing: Bool
    ) throws(BlobError) -> Bool {
        let folder = path.removingLastComponent()
        try Folder.create(folder)
        let draft = FilePath("\(path)#\(UInt64.random(in: .min ... .max))")
        do throws(BlobError) {
            let file = try File(draft, .writeOnly, options: [.create, .exclusiveCreate])
            var offset: UInt64 = 0
            for piece in content {
                try file.write(piece.readableBytesSpan, at: offset)
                offset += UInt64(piece.readableBytes)
            }
            try file.synchronize()
            if replacing {
                try Folder.rename(draft, to: path)
            } else {
                let isNew = try link(draft, to: path)
                try Folder.remove(draft)
                if !isNew { return false }
            }
        } catch {
            try? Folder.remove(draft)
            throw error
        }
        try Folder.synchronize(folder)
        return true
    }

    /// Gives a file another name as well, unless another file has it.
    private static func link(_ old: FilePath, to new: FilePath) throws(BlobError) -> Bool {
        let failed = unsafe old.withPlatformString { old in
            unsafe new.withPlatformString { unsafe Glibc.link(old, $0) != 0 }
        }
        if !failed { return true }
        let reason = Errno(rawValue: errno)
        if reason == .fileExists { return false }
        throw BlobError(reason, "cannot be named \(new)", old)
    }
}

extension ObjectInfo {
    init(key: String, _ status: ObjectFiles.Status) {
        self.init(key: key, size: status.size, modificationTime: status.modificationTime)
    }
}
