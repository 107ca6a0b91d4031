// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Glibc

/// A socket that is closed unless someone takes it over.
struct OwnedSocket: ~Copyable {
    let descriptor: CInt
    private let name: String
    private var isOwned = true

    /// Makes a socket that does not block and is not passed on to other programs.
    init(_ family: CInt, _ type: __socket_type, _ name: String) throws(BlobError) {
        let flags = CInt(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = socket(family, CInt(type.rawValue) | flags, 0)
        self.name = name
        guard descriptor >= 0 else {
            throw ListeningSocket.failure("cannot make a socket", name)
        }
    }

    func set(_ level: CInt, _ option: CInt, _ value: CInt) throws(BlobError) {
        var value = value
        let size = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe setsockopt(descriptor, level, option, &value, size) == 0 else {
            throw ListeningSocket.failure("cannot be set up", name)
        }
    }

    /// Gives the descriptor away.
    consuming func release() -> CInt {
        isOwned = false
        return descriptor
    }

    deinit { if isOwned { close(descriptor) } }
}
