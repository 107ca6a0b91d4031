// SPDX-License-Identifier: Apache-2.0
public import BlobStore

extension GRPCAddress {
    /// Reads a URL.
    ///
    /// | URL | server |
    /// |---|---|
    /// | `grpc+unix:/run/blobs.sock` | a unix socket |
    /// | `grpc+http://[::1]:8000` | a host without encryption, port 80 if none is given |
    /// | `grpc+https://blobs.example` | a host with TLS, port 443 if none is given |
    ///
    /// Parameters follow a question mark: `wait-connect=1` makes connecting fail at once, and with
    /// `grpc+https` `tls-ca-cert-path` names the roots, `tls-client-cert-path` and
    /// `tls-client-key-path` the certificate of the client. `%20` and the like stand for one byte, in
    /// parameters also `+` for a space.
    ///
    /// The files must be there and in PEM form. Reading them blocks for a moment.
    public init(url: String) throws(BlobError) {
        let parser = try URLParser(url)
        try self.init(parser.endpoint())
        if parser.isEncrypted { tls = ClientTLS() }
        for (name, value) in try parser.parameters() { try set(name, value, parser) }
        guard let tls else { return }
        guard (tls.certificatePath == nil) == (tls.privateKeyPath == nil) else {
            throw parser.refusal(
                "tls-client-cert-path and tls-client-key-path need each other; give both or neither"
            )
        }
        do throws(BlobError) {
            try tls.check()
        } catch {
            throw parser.refusal("\(error)")
        }
    }

    private mutating func set(
        _ name: String,
        _ value: String,
        _ parser: URLParser
    ) throws(BlobError) {
        switch name {
        case "wait-connect":
            guard value == "0" || value == "1" else {
                throw parser.refusal("wait-connect is '\(value)'; it may be 0 or 1")
            }
            waitsForConnection = value == "1"
        case "tls-ca-cert-path", "tls-client-cert-path", "tls-client-key-path":
            guard tls != nil else { throw parser.refusal("\(name) goes with grpc+https only") }
            guard !value.isEmpty else { throw parser.refusal("\(name) names no file") }
            switch name {
            case "tls-ca-cert-path": tls?.rootsPath = value
            case "tls-client-cert-path": tls?.certificatePath = value
            default: tls?.privateKeyPath = value
            }
        default:
            throw parser.refusal(
                "the parameter '\(name)' is not known; there are wait-connect, tls-ca-cert-path,"
                    + " tls-client-cert-path and tls-client-key-path"
            )
        }
    }

    /// Says which parts of a URL are understood but should be written in another way, for people.
    public static func deprecations(in url: String) -> [String] {
        guard let parser = try? URLParser(url), parser.hasEmptyAuthority else { return [] }
        return [
            "\(url): two slashes before the path of a socket are the old spelling;"
                + " write grpc+unix:\(parser.pathText)"
        ]
    }
}

extension GRPCAddress: CustomStringConvertible {
    /// The URL of the address, in its shortest form.
    public var description: String {
        var parameters: [String] = []
        if waitsForConnection { parameters.append("wait-connect=1") }
        let paths = [
            ("tls-ca-cert-path", tls?.rootsPath),
            ("tls-client-cert-path", tls?.certificatePath),
            ("tls-client-key-path", tls?.privateKeyPath),
        ]
        for case (let name, let path?) in paths {
            parameters.append("\(name)=\(PercentCoding.encode(path))")
        }
        return location + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
    }

    private var location: String {
        switch endpoint {
        case .unixSocket(let path):
            return "grpc+unix:\(PercentCoding.encode(path))"
        case .host(let host, let port):
            let scheme = tls == nil ? "grpc+http" : "grpc+https"
            let name = host.contains(":") ? "[\(host)]" : host
            let isStandard = port == URLParser.standardPort(encrypted: tls != nil)
            return "\(scheme)://\(name)" + (isStandard ? "" : ":\(port)")
        }
    }
}
