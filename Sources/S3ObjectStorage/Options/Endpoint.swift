// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// Where a server is.
struct Endpoint: Hashable {
    var isSecure: Bool
    /// The host as it stands in a URL: an IPv6 address is in brackets.
    var host: String
    /// `nil`: the usual one.
    var port: Int?
    /// What all paths begin with, without `/` at its end, not encoded.
    var path = ""

    init(host: String) {
        isSecure = true
        self.host = host
    }

    /// Reads a URL such as `https://s3.example.org:8333`.
    init(url: String) throws(BlobError) {
        let wrong = BlobError(
            .refused,
            "\(url): write a URL as in https://s3.example.org or http://127.0.0.1:9000"
        )
        let lowercased = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix),
            !url.contains(where: { "?#@ ".contains($0) })
        else { throw wrong }
        isSecure = scheme == "https://"
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        // The address in brackets has colons of its own.
        let address = authority.prefix { $0 != "]" }
        let isAddress = authority.hasPrefix("[") && address.count < authority.count
        let host = isAddress ? address + "]" : authority.prefix { $0 != ":" }
        guard !host.isEmpty, isAddress || !host.hasPrefix("["),
            host.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { throw wrong }
        let portText = authority.dropFirst(host.count)
        if !portText.isEmpty {
            guard portText.hasPrefix(":"), !portText.contains("+"),
                let port = UInt16(portText.dropFirst()), port > 0
            else { throw wrong }
            self.port = Int(port)
        }
        self.host = host.lowercased()
        var encodedPath = rest.dropFirst(authority.count)
        while encodedPath.hasSuffix("/") { encodedPath.removeLast() }
        guard let path = URIEncoding.decode(encodedPath) else {
            throw wrong
        }
        self.path = path
    }

    /// That of a service of AWS in a region.
    init(service: String, region: String) {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        self.init(host: "\(service).\(region).\(domain)")
    }

    /// Whether it is a server of AWS.
    var isAmazon: Bool { host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") }

    /// The value of the header `Host`.
    var authority: String {
        guard let port, port != (isSecure ? 443 : 80) else { return host }
        return "\(host):\(port)"
    }

    /// The URL without a path.
    var url: String { "\(isSecure ? "https" : "http")://\(authority)" }
}
