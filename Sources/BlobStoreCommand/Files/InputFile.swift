// SPDX-License-Identifier: Apache-2.0
import Glibc
import NIOCore
import SystemPackage

/// A file, a pipe or a terminal that is read from its beginning to its end, a file also in places.
///
/// Every call blocks; callers run on ``Blocking``.
final class InputFile: Sendable {
    /// The name for messages.
    let name: FilePath
    /// What was known when the file was opened.
    let status: FileStatus
    let descriptor: SystemPackage.FileDescriptor
    private let closes: Bool

    /// Opens a file, which may be a symbolic link to one only with `followingLinks`.
    init(_ path: FilePath, followingLinks: Bool = true) throws(Failure) {
        var options: SystemPackage.FileDescriptor.OpenOptions = [.closeOnExec]
        if !followingLinks { options.insert([.noFollow, .nonBlocking]) }
        do {
            descriptor = try .open(path, .readOnly, options: options)
        } catch {
            throw Failure(.unreadable, path, error as? Errno ?? .ioError)
        }
        name = path
        closes = true
        status = try Self.status(of: descriptor, path)
    }

    /// Takes standard input, which stays open.
    init(standardInput: Void = ()) throws(Failure) {
        name = "-"
        descriptor = .standardInput
        closes = false
        status = try Self.status(of: descriptor, "standard input")
    }

    private static func status(
        of descriptor: SystemPackage.FileDescriptor,
        _ name: FilePath
    ) throws(Failure) -> FileStatus {
        do throws(Errno) {
            return try FileStatus(descriptor)
        } catch {
            throw Failure(.unreadable, name, error)
        }
    }

    deinit { if closes { try? descriptor.close() } }

    /// Whether a read may have to wait for someone who writes.
    var waits: Bool { status.kind != .file }

    /// Waits up to a tenth of a second for bytes or the end, and returns whether there is something.
    func poll() -> Bool {
        var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe Glibc.poll(&request, 1, 100) != 0
    }

    /// Reads up to `count` bytes behind those in `buffer` and returns their number, zero at the end.
    ///
    /// Fewer come only from pipes and where the file ends.
    func read(_ count: Int, into buffer: inout ByteBuffer) throws(Failure) -> Int {
        var total = 0
        while total < count {
            do {
                let wanted = count - total
                let done = try unsafe buffer.writeWithUnsafeMutableBytes(
                    minimumWritableBytes: wanted
                ) { memory in
                    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<wanted])
                    return unsafe try descriptor.read(into: part)
                }
                total += done
                if done == 0 || waits { break }
            } catch {
                let errno = error as? Errno ?? .ioError
                let status = errno == .isDirectory ? ExitStatus.unreadable : .inputOutput
                throw Failure(status, name, errno)
            }
        }
        return total
    }

    /// Fails if the file is not what it was when it was opened, or has not as many bytes as were read.
    func checkUnchanged(after byteCount: UInt64) throws(Failure) {
        guard status.kind == .file else { return }
        let now = try Self.status(of: descriptor, name)
        // Files below /proc and /sys claim to have other sizes than they have.
        let isCut = status.isStored && status.size != byteCount
        guard now.differs(from: status) || isCut else { return }
        throw Failure(
            .unreadable,
            "\(name): changed while it was read",
            advice: "try again when nobody writes to it"
        )
    }
}
