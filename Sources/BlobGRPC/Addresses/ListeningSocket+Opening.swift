// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Glibc
import NIOCore
import SystemPackage

extension ListeningSocket {
    /// How many clients may wait to be accepted; the system may allow fewer.
    private static let backlog: CInt = 4096

    /// Opens a socket at an IP address.
    static func open(
        _ address: SocketAddress,
        _ text: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> ListeningSocket {
        let family = if case .v6 = address { AF_INET6 } else { AF_INET }
        let socket = try OwnedSocket(family, SOCK_STREAM, text)
        // A server that is started again does not wait for the connections of the one before.
        try socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        let result = unsafe address.withSockAddr {
            unsafe bind(socket.descriptor, $0, socklen_t($1))
        }
        guard result == 0 else { throw failure("cannot listen", text) }
        return try listen(on: socket, text, options)
    }

    /// Opens a unix socket that is not in a file system.
    static func open(abstract name: String) throws(BlobError) -> ListeningSocket {
        let socket = try OwnedSocket(AF_UNIX, SOCK_STREAM, "@\(name)")
        try UnixSocketAddress(abstract: name).bind(socket.descriptor)
        return try listen(on: socket, "@\(name)", ListeningOptions())
    }

    /// Opens a unix socket in the file system.
    static func open(
        path: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> ListeningSocket {
        let address = try UnixSocketAddress(path: path)
        if options.unlinksUnixSockets { try removeStale(path, address) }
        let socket = try OwnedSocket(AF_UNIX, SOCK_STREAM, path)
        // The name is made with the rights of the descriptor: for a moment too few, never too many.
        if options.unixAccess != nil, fchmod(socket.descriptor, 0o600) != 0 {
            throw failure("cannot be protected", path)
        }
        do throws(BlobError) {
            try address.bind(socket.descriptor)
        } catch {
            guard error.cause as? Errno == .addressInUse else { throw error }
            throw BlobError(
                .unavailable,
                "\(path): is there already; if no server uses it, --unix-listen-unlink removes it",
                cause: error.cause
            )
        }
        if let access = options.unixAccess, unsafe chmod(path, access.mode) != 0 {
            throw failure("cannot be opened for its users", path)
        }
        return try listen(on: socket, path, options)
    }

    /// Removes a socket at which nobody listens any more.
    private static func removeStale(
        _ path: String,
        _ address: UnixSocketAddress
    ) throws(BlobError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw BlobError(.refused, "\(path): is there already and is no socket")
        }
        let probe = try OwnedSocket(AF_UNIX, SOCK_STREAM, path)
        // A full queue is an answer as well.
        if address.connect(probe.descriptor) || errno == EAGAIN {
            throw BlobError(.unavailable, "\(path): another server listens there")
        }
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw failure("cannot be removed", path)
        }
    }

    private static func listen(
        on socket: consuming OwnedSocket,
        _ text: String,
        _ options: ListeningOptions
    ) throws(BlobError) -> ListeningSocket {
        guard Glibc.listen(socket.descriptor, backlog) == 0 else {
            throw failure("cannot listen", text)
        }
        let name = try SocketName.url(of: socket.descriptor, options, text)
        return ListeningSocket(descriptor: socket.release(), name: name)
    }

    /// Says what the last system call reported.
    static func failure(_ action: String, _ text: String) -> BlobError {
        let errno = Errno(rawValue: Glibc.errno)
        let isFinal = [
            Errno.permissionDenied, .notPermitted, .noSuchFileOrDirectory, .notDirectory,
            .addressNotAvailable, .readOnlyFileSystem,
        ].contains(errno)
        return BlobError(isFinal ? .refused : .unavailable, "\(text): \(action)", cause: errno)
    }
}
