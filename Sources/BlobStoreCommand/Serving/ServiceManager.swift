// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import Glibc

/// Tells systemd, or whoever else started the process and wants to know, how it is (sd_notify(3)).
struct ServiceManager {
    private let address: UnixSocketAddress?

    /// Finds who wants to know in the environment.
    init(_ environment: [String: String]) {
        let name = environment["NOTIFY_SOCKET"] ?? ""
        switch name.first {
        case "/": address = try? UnixSocketAddress(path: name)
        case "@": address = try? UnixSocketAddress(abstract: String(name.dropFirst()))
        default: address = nil
        }
    }

    /// Clients can connect.
    func ready(_ status: String) { tell("READY=1\nSTATUS=\(status)") }

    /// The end has begun.
    func stopping() { tell("STOPPING=1\nSTATUS=Waiting for running calls") }

    private func tell(_ text: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // Nobody can be told if this fails.
        _ = unsafe address.withAddress { name, size in
            unsafe sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), name, size)
        }
    }
}
