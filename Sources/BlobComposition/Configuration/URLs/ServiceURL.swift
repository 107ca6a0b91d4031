// SPDX-License-Identifier: Apache-2.0
import BlobGRPC

/// A service that one line describes.
///
/// | URL | service |
/// |---|---|
/// | `memory:` | in memory |
/// | `local:PATH` | in a folder of this machine |
/// | `grpc+unix:/PATH`, `grpc+http://HOST:PORT`, `grpc+https://HOST` | that of a server |
/// | `objectstore+s3://BUCKET/PREFIX?aws_region=R` and the like | in an object store |
/// | `cache:?near=URL&far=URL` | one that keeps in `near` what is read from `far` |
/// | `NAME:…`, `NAME+…` | of a kind that the program has registered |
///
/// Paths that begin with `/`, `./`, `../` or `~/` are folders as well. In the URLs of a cache all
/// that has a meaning in URLs is percent-encoded.
public struct ServiceURL: Hashable, Sendable {
    /// What the service is made of.
    public let service: ServiceConfiguration

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - context: Which kinds are registered, and what `~` stands for.
    ///   - allowsPlainPath: Whether all that does not look like a URL is the path of a folder.
    /// - Throws: An error that says what to write instead.
    public init(
        _ text: String,
        context: ConfigurationContext = ConfigurationContext(),
        allowsPlainPath: Bool = false
    ) throws(ConfigurationError) {
        let parser = ServiceURLParser(
            text: text,
            context: context,
            allowsPlainPath: allowsPlainPath,
            depth: 0
        )
        self.init(service: try parser.parse())
    }

    init(service: ServiceConfiguration) {
        self.service = service
    }

    /// Says which parts of a URL are understood but should be written in another way, for people.
    public static func deprecations(in text: String) -> [String] {
        deprecations(in: text, depth: 0)
    }

    private static func deprecations(in text: String, depth: Int) -> [String] {
        let lowercased = text.lowercased()
        if URLQuery(lowercased).base == "memory://" {
            return ["'memory://' is the old spelling; write 'memory:'"]
        }
        if lowercased.hasPrefix("grpc+") { return GRPCAddress.deprecations(in: text) }
        guard lowercased.hasPrefix("cache:"), depth < ServiceURLParser.deepest else { return [] }
        let inner = URLQuery(text).pairs.compactMap { URLQuery.value(of: $0) }
        return inner.flatMap { deprecations(in: $0, depth: depth + 1) }
    }
}
