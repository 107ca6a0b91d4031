// SPDX-License-Identifier: Apache-2.0

/// The URL of a service to fetch blobs from, with parameters that say how.
///
/// Like those of Nix, the URL may have the parameters `name`, `priority`, `trusted` and `timeout`,
/// as in `grpc+https://cache.example?priority=10&timeout=2s`. All others are for the service.
public struct SubstituterURL: Hashable, Sendable {
    /// The service.
    public var url: ServiceURL
    /// What messages call the service; `nil`: the URL says nothing.
    public var name: String?
    /// Whether the service is asked before others; `nil`: the URL says nothing.
    public var priority: Int?
    /// Whether its word is taken for the chunks of a blob until the whole has been checked; `nil`: the URL
    /// says nothing.
    public var trusted: Bool?
    /// How long to wait for an answer; `nil`: the URL says nothing.
    public var timeout: Duration?

    /// Reads a URL.
    public init(
        _ text: String,
        context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        do throws(ConfigurationError) {
            var query = URLQuery(text)
            name = try query.take("name")
            priority = try query.take("priority").map(Self.priority)
            trusted = try query.take("trusted").map(Self.flag)
            timeout = try query.take("timeout").map(DurationText.parse)
            url = try ServiceURL(query.url, context: context)
        } catch {
            let prefix = Quoted(Secrets.hide(inURL: text)).description
            if error.message.hasPrefix(prefix) { throw error }
            throw ConfigurationError("\(prefix): \(error.message)", advice: error.advice)
        }
    }

    /// The source that the URL describes, with what is usual for the rest.
    public var source: ServiceConfiguration.Source {
        ServiceConfiguration.Source(
            .url(url),
            name: name ?? url.description,
            priority: priority ?? 0,
            trusted: trusted ?? false,
            timeout: timeout ?? ServiceConfiguration.Source.standardTimeout
        )
    }

    private static func priority(_ text: String) throws(ConfigurationError) -> Int {
        guard let priority = Int(text) else {
            throw ConfigurationError("\(Quoted(text)) is no priority", advice: "write an integer")
        }
        return priority
    }

    private static func flag(_ text: String) throws(ConfigurationError) -> Bool {
        switch text {
        case "1", "true": true
        case "0", "false": false
        default:
            throw ConfigurationError(
                "trusted is \(Quoted(text))",
                advice: "write true or false"
            )
        }
    }
}
