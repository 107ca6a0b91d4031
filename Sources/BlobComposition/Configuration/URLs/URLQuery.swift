// SPDX-License-Identifier: Apache-2.0
import BlobGRPC

/// A URL and the parameters behind its question mark.
struct URLQuery {
    /// What is in front of the question mark.
    let base: String
    /// The parameters as they are written.
    private(set) var pairs: [Substring]

    init(_ url: String) {
        let mark = url.firstIndex(of: "?")
        base = String(url[..<(mark ?? url.endIndex)])
        pairs =
            mark.map {
                url[url.index(after: $0)...].split(separator: "&", omittingEmptySubsequences: false)
            } ?? []
    }

    /// The URL with those parameters that have not been taken.
    var url: String {
        pairs.isEmpty ? base : "\(base)?\(pairs.joined(separator: "&"))"
    }

    /// Takes a parameter out.
    mutating func take(_ name: String) throws(ConfigurationError) -> String? {
        var found: [String] = []
        var others: [Substring] = []
        for pair in pairs {
            guard Self.name(of: pair) == name else {
                others.append(pair)
                continue
            }
            guard let value = Self.value(of: pair) else { throw Self.broken(pair) }
            found.append(value)
        }
        guard found.count <= 1 else {
            throw ConfigurationError("'\(name)' is given more than once", advice: "give it once")
        }
        pairs = others
        return found.first
    }

    /// Takes all parameters out.
    mutating func takeAll() throws(ConfigurationError) -> [String: String] {
        var found: [String: String] = [:]
        for pair in pairs where !pair.isEmpty {
            guard let name = Self.name(of: pair), let value = Self.value(of: pair) else {
                throw Self.broken(pair)
            }
            guard found.updateValue(value, forKey: name) == nil else {
                throw ConfigurationError(
                    "\(Quoted(name)) is given more than once",
                    advice: "give it once"
                )
            }
        }
        pairs = []
        return found
    }

    static func name(of pair: Substring) -> String? {
        PercentCoding.decode(pair.prefix { $0 != "=" }, plusIsSpace: true)
    }

    static func value(of pair: Substring) -> String? {
        PercentCoding.decode(pair.drop { $0 != "=" }.dropFirst(), plusIsSpace: true)
    }

    private static func broken(_ pair: Substring) -> ConfigurationError {
        let name = pair.prefix { $0 != "=" }
        return ConfigurationError(
            "the parameter \(Quoted(name)) has a '%' that does not stand for a byte of text",
            advice: "write %25 for a '%'"
        )
    }
}
