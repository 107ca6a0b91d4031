// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore

/// Takes the URL of a server apart.
struct URLParser {
    private enum Scheme: String {
        case unix = "grpc+unix"
        case http = "grpc+http"
        case https = "grpc+https"
    }

    /// The longest path that fits into `sockaddr_un`, without the zero at its end.
    private static let longestSocketPath = 107

    private let url: String
    private let scheme: Scheme
    /// What is between the scheme and the question mark.
    private let place: Substring
    private let query: Substring?

    init(_ url: String) throws(BlobError) {
        self.url = url
        func refusal(_ problem: String) -> BlobError { BlobError(.refused, "\(url): \(problem)") }
        guard let colon = url.firstIndex(of: ":"),
            let scheme = Scheme(rawValue: url[..<colon].lowercased())
        else {
            throw refusal(
                "is no URL of a server; they begin with grpc+unix:, grpc+http: or grpc+https:"
            )
        }
        guard !url.contains("#") else { throw refusal("'#' has no meaning here; write %23") }
        self.scheme = scheme
        let rest = url[url.index(after: colon)...]
        if let mark = rest.firstIndex(of: "?") {
            place = rest[..<mark]
            query = rest[rest.index(after: mark)...]
        } else {
            place = rest
            query = nil
        }
    }

    /// The port of a URL without one, as for `http` and `https`.
    static func standardPort(encrypted: Bool) -> Int { encrypted ? 443 : 80 }

    var isEncrypted: Bool { scheme == .https }

    /// Whether the path of a socket follows two slashes, as it did in tvix.
    var hasEmptyAuthority: Bool { scheme == .unix && place.hasPrefix("///") }

    /// The path of a socket, as it is written.
    var pathText: Substring { hasEmptyAuthority ? place.dropFirst(2) : place }

    /// Says what is wrong with the URL.
    func refusal(_ problem: String) -> BlobError { BlobError(.refused, "\(url): \(problem)") }

    func endpoint() throws(BlobError) -> GRPCAddress.Endpoint {
        scheme == .unix ? .unixSocket(path: try socketPath()) : try host()
    }

    private func socketPath() throws(BlobError) -> String {
        if place.hasPrefix("//"), !hasEmptyAuthority {
            let host = place.dropFirst(2).prefix { $0 != "/" }
            throw refusal(
                "a unix socket is on no other host, and '\(host)' is in the place of one;"
                    + " write grpc+unix:/PATH"
            )
        }
        guard pathText.hasPrefix("/") else {
            throw refusal("the path of the socket must begin with '/'")
        }
        let path = try decode(pathText)
        guard !path.hasSuffix("/") else { throw refusal("'\(path)' is a folder, not a socket") }
        guard path.utf8.count <= Self.longestSocketPath else {
            throw refusal(
                "the path has \(path.utf8.count) bytes; that of a socket has at most"
                    + " \(Self.longestSocketPath)"
            )
        }
        return path
    }

    private func host() throws(BlobError) -> GRPCAddress.Endpoint {
        guard place.hasPrefix("//") else {
            throw refusal("two slashes and a host must follow '\(scheme.rawValue):'")
        }
        let authority = place.dropFirst(2).prefix { $0 != "/" }
        let path = place[authority.endIndex...]
        guard path.isEmpty else {
            throw refusal("the path '\(path)' has no meaning; only host and port are expected")
        }
        guard !authority.contains("@") else {
            throw refusal("user names and passwords are not supported; only host and port are")
        }
        let (name, rest) = try authority.hasPrefix("[") ? address(authority) : hostName(authority)
        return .host(name, port: try port(rest))
    }

    /// Takes an IPv6 address in brackets.
    private func address(_ authority: Substring) throws(BlobError) -> (String, rest: Substring) {
        guard let end = authority.firstIndex(of: "]") else { throw refusal("']' is missing") }
        let text = String(authority[authority.index(after: authority.startIndex)..<end])
        guard case .v6 = try? SocketAddress(ipAddress: text, port: 0) else {
            throw refusal("'\(text)' is no IPv6 address")
        }
        return (text, authority[authority.index(after: end)...])
    }

    private func hostName(_ authority: Substring) throws(BlobError) -> (String, rest: Substring) {
        let text = authority.prefix { $0 != ":" }
        let rest = authority[text.endIndex...]
        guard !rest.dropFirst().contains(":") else {
            throw refusal("an IPv6 address is written in brackets, as in grpc+http://[::1]:8000")
        }
        let name = try decode(text)
        guard !name.isEmpty else { throw refusal("names no host") }
        guard name.utf8.allSatisfy(Self.isPartOfHostName) else {
            throw refusal("'\(name)' is no name of a host")
        }
        return (name, rest)
    }

    private static func isPartOfHostName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func port(_ text: Substring) throws(BlobError) -> Int {
        if text.isEmpty { return Self.standardPort(encrypted: isEncrypted) }
        guard text.hasPrefix(":"), let port = PortNumber.parse(text.dropFirst()), port > 0 else {
            throw refusal("'\(text)' is no port; ':' and a number from 1 to 65535 are")
        }
        return port
    }

    /// The names and values behind the question mark.
    func parameters() throws(BlobError) -> [(name: String, value: String)] {
        guard let query else { return [] }
        var found: [(name: String, value: String)] = []
        for pair in query.split(separator: "&") {
            let name = pair.prefix { $0 != "=" }
            let value = pair[name.endIndex...].dropFirst()
            let parameter = try (
                name: decode(name, plusIsSpace: true),
                value: decode(value, plusIsSpace: true)
            )
            guard !found.contains(where: { $0.name == parameter.name }) else {
                throw refusal("\(parameter.name) is given more than once")
            }
            found.append(parameter)
        }
        return found
    }

    private func decode(_ text: Substring, plusIsSpace: Bool = false) throws(BlobError) -> String {
        guard let decoded = PercentCoding.decode(text, plusIsSpace: plusIsSpace) else {
            throw refusal("'\(text)' has a '%' that does not stand for a byte of text")
        }
        return decoded
    }
}

/// A port as people write it.
enum PortNumber {
    /// Reads a port, or returns `nil` if the text is none.
    static func parse(_ text: Substring) -> Int? {
        // UInt16 by itself would take a plus sign.
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? UInt16(text).map(Int.init) : nil
    }
}
