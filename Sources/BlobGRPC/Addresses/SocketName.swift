// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Glibc
import NIOCore

/// Says where sockets listen.
enum SocketName {
    /// Returns the URL for clients of a socket.
    static func url(
        of descriptor: CInt,
        _ options: ListeningOptions,
        _ text: String
    ) throws(BlobError) -> String {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout.size(ofValue: storage))
        let family = unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length) == 0 ? CInt($0.pointee.sa_family) : -1
            }
        }
        switch family {
        case AF_INET:
            return url(SocketAddress(read(storage, sockaddr_in.self)), options)
        case AF_INET6:
            return url(SocketAddress(read(storage, sockaddr_in6.self)), options)
        case AF_UNIX:
            return url(read(storage, sockaddr_un.self), Int(length))
        default:
            throw BlobError(.refused, "\(text): is no socket of a kind that can be served")
        }
    }

    private static func read<Address>(
        _ storage: sockaddr_storage,
        _: Address.Type
    ) -> Address {
        // The storage is as large and as aligned as any address; the family says which one it is.
        unsafe withUnsafeBytes(of: storage) { unsafe $0.loadUnaligned(as: Address.self) }
    }

    private static func url(_ address: SocketAddress, _ options: ListeningOptions) -> String {
        let host = address.ipAddress ?? "?"
        let port = address.port ?? 0
        var name = GRPCAddress(.host(host, port: port))
        if options.isEncrypted { name.tls = ClientTLS() }
        return "\(name)"
    }

    private static func url(_ address: sockaddr_un, _ length: Int) -> String {
        let start = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        let bytes = unsafe withUnsafeBytes(of: address.sun_path) { path in
            unsafe Array(path.prefix(max(0, length - start)))
        }
        guard let first = bytes.first else { return "a socket without a name" }
        if first == 0 { return "grpc+unix:@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }
        let path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return "\(GRPCAddress(.unixSocket(path: absolute(path))))"
    }

    /// The path for processes that are in other folders.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(folder) }
        let name = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
        return "\(unsafe String(cString: folder))/\(name)"
    }
}
