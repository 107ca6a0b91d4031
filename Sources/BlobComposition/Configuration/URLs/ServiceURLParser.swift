// SPDX-License-Identifier: Apache-2.0

/// Takes the URL of a service apart.
struct ServiceURLParser {
    /// How many caches may be within each other.
    static let deepest = 8
    private static let pathStarts = ["/", "./", "../", "~/"]
    private static let schemes = ["memory", "local", "grpc", "objectstore", "cache"]

    let text: String
    let context: ConfigurationContext
    let allowsPlainPath: Bool
    let depth: Int

    func parse() throws(ConfigurationError) -> ServiceConfiguration {
        if text.isEmpty { throw ConfigurationError("the URL is empty", advice: knownKinds) }
        if isPath { return .local(try folder(text)) }
        let scheme = text.prefix { $0 != "+" && $0 != ":" }
        guard scheme.endIndex < text.endIndex, !scheme.isEmpty else {
            throw refusal("is no URL", advice: "\(knownKinds); ./\(Quoted(text).plain) is a folder")
        }
        let rest = text[scheme.endIndex...]
        switch scheme.lowercased() {
        case "memory": return try memory(rest)
        case "local": return .local(try local(rest))
        case "grpc": return .grpc(try grpc())
        case "objectstore":
            guard rest.hasPrefix("+") else {
                throw refusal("does not say where", advice: "write objectstore+file:///FOLDER")
            }
            return .objectStore(try objectStore(String(rest.dropFirst())))
        case "cache": return .cache(try cache(rest))
        default: return .custom(try custom(String(scheme)))
        }
    }

    /// Whether the text is a path as it stands.
    private var isPath: Bool {
        if text == "~" || Self.pathStarts.contains(where: text.hasPrefix) { return true }
        // A slash in front of the first colon means that no scheme precedes it.
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        return allowsPlainPath && !text[scheme.endIndex...].hasPrefix(":")
    }

    func refusal(_ problem: String, advice: String? = nil) -> ConfigurationError {
        ConfigurationError("\(Quoted(Secrets.hide(inURL: text))) \(problem)", advice: advice)
    }

    private var knownKinds: String {
        let custom = context.customTypes.sorted().map { "\(Quoted($0).plain):" }
        let kinds =
            [
                "memory:", "local:PATH", "grpc+unix:/PATH", "grpc+http://HOST:PORT",
                "grpc+https://HOST", "objectstore+URL", "cache:?near=URL&far=URL",
            ] + custom
        return "known are \(Spelling.list(kinds, quoted: false))"
    }

    private func memory(_ rest: Substring) throws(ConfigurationError) -> ServiceConfiguration {
        guard rest == ":" || rest == "://" else {
            throw refusal("has something behind 'memory:'", advice: "write 'memory:'")
        }
        return .memory(ServiceConfiguration.Memory())
    }

    private func local(
        _ rest: Substring
    ) throws(ConfigurationError) -> ServiceConfiguration.Local {
        guard rest.hasPrefix(":") else {
            throw refusal("is no URL of a folder", advice: "write local:PATH")
        }
        let path = rest.dropFirst()
        guard path.hasPrefix("//") else { return try folder(String(path)) }
        guard path.hasPrefix("///") else {
            throw refusal(
                "has a host, and a folder is on this machine",
                advice: "write local:/PATH or local:///PATH"
            )
        }
        return try folder(String(path.dropFirst(2)))
    }

    private func folder(_ path: String) throws(ConfigurationError) -> ServiceConfiguration.Local {
        guard !path.isEmpty else {
            throw refusal("names no folder", advice: "write local:PATH")
        }
        guard !path.utf8.contains(0) else { throw refusal("contains a zero byte") }
        return ServiceConfiguration.Local(path: try context.expand(path))
    }

    /// Keeps the text, which the module for servers takes apart.
    private func grpc() throws(ConfigurationError) -> ServiceConfiguration.GRPC {
        let prefixes = ["grpc+unix:", "grpc+http:", "grpc+https:"]
        guard prefixes.contains(where: text.lowercased().hasPrefix) else {
            throw refusal(
                "is no URL of a server",
                advice: "write grpc+unix:/PATH, grpc+http://HOST:PORT or grpc+https://HOST"
            )
        }
        return ServiceConfiguration.GRPC(url: text)
    }

    private func objectStore(
        _ url: String
    ) throws(ConfigurationError) -> ServiceConfiguration.ObjectStore {
        do throws(ConfigurationError) {
            var query = URLQuery(url)
            let options = try query.takeAll()
            let service = ServiceConfiguration.ObjectStore(url: query.url, options: options)
            try service.checkPlace()
            if let problem = service.optionProblem() { throw problem.error }
            return service
        } catch {
            throw refusal("is not right: \(error.message)", advice: error.advice)
        }
    }

    private func cache(_ rest: Substring) throws(ConfigurationError) -> ServiceConfiguration.Cache {
        let advice = "write cache:?near=URL&far=URL"
        guard rest.hasPrefix(":?") else { throw refusal("is no URL of a cache", advice: advice) }
        guard depth < Self.deepest else { throw refusal("has too many caches within each other") }
        do throws(ConfigurationError) {
            var query = URLQuery(text)
            let near = try inner(try query.take("near"), "near", advice)
            let far = try inner(try query.take("far"), "far", advice)
            if let other = query.pairs.first(where: { !$0.isEmpty }) {
                throw ConfigurationError(
                    "unknown parameter \(Quoted(other.prefix { $0 != "=" }))",
                    advice: "\(advice), where '&' within a URL is %26"
                )
            }
            return ServiceConfiguration.Cache(near: near, far: far)
        } catch {
            throw refusal("is not right: \(error.message)", advice: error.advice)
        }
    }

    private func inner(
        _ text: String?,
        _ name: String,
        _ advice: String
    ) throws(ConfigurationError) -> ServiceReference {
        guard let text else { throw ConfigurationError("'\(name)' is missing", advice: advice) }
        let parser = ServiceURLParser(
            text: text,
            context: context,
            allowsPlainPath: false,
            depth: depth + 1
        )
        return .url(ServiceURL(service: try parser.parse()))
    }

    /// How to write the name of a folder that looks like a URL.
    private var nameAdvice: String? {
        allowsPlainPath ? "(\(Quoted("./\(text)")) if it is a name)" : nil
    }

    private func custom(
        _ scheme: String
    ) throws(ConfigurationError) -> ServiceConfiguration.Custom {
        let types = context.customTypes
        guard let type = [scheme, scheme.lowercased()].first(where: types.contains) else {
            let known = types.sorted() + Self.schemes
            let near = Spelling.suggestion(for: scheme, among: known)
            throw refusal(
                "is of an unknown kind",
                advice: [near, knownKinds, nameAdvice].compactMap { $0 }.joined(separator: " ")
            )
        }
        return ServiceConfiguration.Custom(type: type, options: ["url": .string(text)])
    }
}
