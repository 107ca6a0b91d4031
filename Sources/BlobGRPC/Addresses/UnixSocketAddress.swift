// SPDX-License-Identifier: Apache-2.0
package import BlobStore
package import Glibc
import SystemPackage

/// Where a unix socket is.
package struct UnixSocketAddress {
    private let text: String
    private let address: sockaddr_un
    /// The bytes of `address` that count; those of an abstract name all do.
    private let byteCount: Int

    /// A socket in the file system.
    package init(path: String) throws(BlobError) {
        try self.init(Array(path.utf8) + [0], path)
    }

    /// A socket that is only a name.
    package init(abstract name: String) throws(BlobError) {
        try self.init([0] + Array(name.utf8), "@\(name)")
    }

    private init(_ bytes: [UInt8], _ text: String) throws(BlobError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count <= room else {
            throw BlobError(
                .refused,
                "\(text): has \(bytes.count - 1) bytes; the name of a socket has at most \(room - 1)"
            )
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        self.address = address
        self.text = text
        byteCount = (MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2) + bytes.count
    }

    /// Calls `body` with the address as the system wants it.
    package func withAddress<Value>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(byteCount))
            }
        }
    }

    /// Gives the socket its name.
    func bind(_ descriptor: CInt) throws(BlobError) {
        let result = unsafe withAddress { unsafe Glibc.bind(descriptor, $0, $1) }
        guard result == 0 else { throw ListeningSocket.failure("cannot listen", text) }
    }

    /// Connects to whoever listens; `false` if nobody does.
    func connect(_ descriptor: CInt) -> Bool {
        unsafe withAddress { unsafe Glibc.connect(descriptor, $0, $1) } == 0
    }
}
