// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore

/// Where to listen, in the syntax of `tokio-listener`, which tvix and snix use.
enum ListenSpecification: Hashable {
    /// An IP address and a port; zero lets the system choose one.
    case ip(SocketAddress)
    /// A path in the file system.
    case path(String)
    /// A name of Linux that is in no file system.
    case abstract(String)
    /// Sockets that whoever started the process has opened.
    case inherited(InheritedSockets.Selection)

    init(_ text: String) throws(BlobError) {
        func refusal(_ problem: String) -> BlobError { BlobError(.refused, "\(text): \(problem)") }
        switch text.first {
        case "/", ".":
            self = .path(text)
            return
        case "@":
            guard text.utf8.count > 1 else { throw refusal("'@' must be followed by a name") }
            self = .abstract(String(text.dropFirst()))
            return
        default:
            break
        }
        if let selection = InheritedSockets.Selection(text) {
            self = .inherited(selection)
            return
        }
        guard let colon = text.lastIndex(of: ":") else {
            throw refusal(
                "is no place to listen; ADDRESS:PORT, a path with '/' or '.' in front, @NAME,"
                    + " sd-listen and sd-listen:NAME are"
            )
        }
        guard let port = PortNumber.parse(text[text.index(after: colon)...]) else {
            throw refusal("'\(text[text.index(after: colon)...])' is no port; 0 to 65535 are")
        }
        self = .ip(try Self.address(text[..<colon], port: port, refusal))
    }

    private static func address(
        _ host: Substring,
        port: Int,
        _ refusal: (String) -> BlobError
    ) throws(BlobError) -> SocketAddress {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let text = String(isBracketed ? host.dropFirst().dropLast() : host)
        let address = try? SocketAddress(ipAddress: text, port: port)
        switch (address, isBracketed) {
        case (.v6(let address), true): return .v6(address)
        case (.v4(let address), false): return .v4(address)
        case (.v6, false):
            throw refusal("an IPv6 address is written in brackets: [\(text)]:\(port)")
        default:
            throw refusal(
                "'\(host)' is no IP address; names of hosts are not looked up, so write for example"
                    + " [::1]:\(port), 127.0.0.1:\(port) or, for all networks, [::]:\(port)"
            )
        }
    }
}
