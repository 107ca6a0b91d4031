// SPDX-License-Identifier: Apache-2.0
package import BlobStore
import Glibc
package import NIOCore
package import SystemPackage

/// An open file, closed when the last reference goes.
///
/// Every call blocks; callers run on ``Workers``.
package final class File: Sendable {
    package let path: FilePath
    private let descriptor: SystemPackage.FileDescriptor

    /// Opens a file, without following what `open(2)` would leave to the child of a fork.
    package init(
        _ path: FilePath,
        _ mode: SystemPackage.FileDescriptor.AccessMode,
        options: SystemPackage.FileDescriptor.OpenOptions = []
    ) throws(BlobError) {
        self.path = path
        do {
            descriptor = try SystemPackage.FileDescriptor.open(
                path,
                mode,
                options: options.union(.closeOnExec),
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw BlobError(error as? Errno ?? .ioError, "cannot open", path)
        }
    }

    /// Gives up the lock as well, which a child of this process would hold until it runs its program.
    deinit {
        _ = flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
    }

    /// The number of bytes in the file.
    package func size() throws(BlobError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else {
            throw BlobError(Errno(rawValue: errno), "cannot examine", path)
        }
        return UInt64(status.st_size)
    }

    /// Reads `count` bytes at `offset`, fewer only where the file ends.
    package func read(_ count: Int, at offset: UInt64) throws(BlobError) -> ByteBuffer {
        var buffer = ByteBuffer()
        do {
            try unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
                let wanted = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
                return unsafe try read(into: wanted, at: offset)
            }
        } catch {
            throw error as? BlobError ?? BlobError(Errno.ioError, "cannot read", path)
        }
        return buffer
    }

    private func read(
        into memory: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(BlobError) -> Int {
        var done = 0
        while done < memory.count {
            do {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[done...])
                let count = unsafe try descriptor.read(
                    fromAbsoluteOffset: Int64(clamping: offset) + Int64(done),
                    into: rest
                )
                if count == 0 { break }
                done += count
            } catch {
                throw BlobError(error as? Errno ?? .ioError, "cannot read", path)
            }
        }
        return done
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: RawSpan, at offset: UInt64) throws(BlobError) {
        let failure = unsafe bytes.withUnsafeBytes { memory -> BlobError? in
            do {
                unsafe try descriptor.writeAll(toAbsoluteOffset: Int64(clamping: offset), memory)
                return nil
            } catch {
                return BlobError(error as? Errno ?? .ioError, "cannot write", path)
            }
        }
        if let failure { throw failure }
    }

    /// Cuts the file off, or makes it longer, to `size` bytes.
    package func resize(to size: UInt64) throws(BlobError) {
        do {
            try descriptor.resize(to: Int64(clamping: size))
        } catch {
            throw BlobError(error as? Errno ?? .ioError, "cannot resize", path)
        }
    }

    /// Waits until what was written survives a crash of the machine.
    package func synchronize() throws(BlobError) {
        guard fdatasync(descriptor.rawValue) == 0 else {
            throw BlobError(Errno(rawValue: errno), "cannot synchronize", path)
        }
    }

    /// Takes an advisory lock that lasts until the file is closed, unless someone holds it.
    package func tryLock(_ lock: Lock) throws(BlobError) -> Bool {
        guard flock(descriptor.rawValue, lock.rawValue | LOCK_NB) != 0 else { return true }
        let reason = Errno(rawValue: errno)
        guard reason == .wouldBlock else { throw BlobError(reason, "cannot lock", path) }
        return false
    }

    package enum Lock {
        case shared
        case exclusive

        fileprivate var rawValue: Int32 {
            switch self {
            case .shared: LOCK_SH
            case .exclusive: LOCK_EX
            }
        }
    }
}
