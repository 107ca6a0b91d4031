// SPDX-License-Identifier: Apache-2.0
import BlobGRPC

/// Hides passwords and keys in what people get to see.
enum Secrets {
    static let mask = "***"
    /// One more than there may be URLs within each other.
    private static let deepest = ServiceURLParser.deepest + 1

    /// Whether an option of this name holds a secret.
    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["secret", "password", "token"].contains { name.contains($0) }
    }

    /// Returns a URL without secret parameters and without a password in front of the host, also in
    /// URLs that are parameters themselves.
    static func hide(inURL url: String) -> String { hide(inURL: url, depth: 0) }

    private static func hide(inURL url: String, depth: Int) -> String {
        let query = URLQuery(url)
        let pairs = query.pairs.map { pair -> String in
            let rawName = pair.prefix { $0 != "=" }
            guard let name = URLQuery.name(of: pair), let value = URLQuery.value(of: pair) else {
                return isSecret(String(pair)) ? mask : String(pair)
            }
            guard !isSecret(name), depth < deepest else { return "\(rawName)=\(mask)" }
            let hidden = hide(inURL: value, depth: depth + 1)
            return hidden == value ? String(pair) : "\(rawName)=\(PercentCoding.encode(hidden))"
        }
        let base = hidePassword(query.base)
        guard query.base.utf8.count < url.utf8.count else { return base }
        return "\(base)?\(pairs.joined(separator: "&"))"
    }

    private static func hidePassword(_ base: String) -> String {
        guard let slashes = base.firstRange(of: "//") else { return base }
        let authority = base[slashes.upperBound...].prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return base }
        let user = authority[..<at].prefix { $0 != ":" }
        guard user.endIndex < at else { return base }
        return "\(base[..<user.endIndex]):\(mask)\(base[at...])"
    }

    /// Returns an option without what is secret in it.
    static func hide(_ value: ConfigurationValue, of name: String) -> ConfigurationValue {
        if isSecret(name) { return .string(mask) }
        return switch value {
        case .string(let text): .string(hide(inURL: text))
        case .array(let values): .array(values.map { hide($0, of: name) })
        case .table(let table):
            .table(
                [String: ConfigurationValue](
                    uniqueKeysWithValues: table.map { ($0, hide($1, of: $0)) }
                )
            )
        case .integer, .float, .boolean: value
        }
    }
}
