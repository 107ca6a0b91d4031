// SPDX-License-Identifier: Apache-2.0

/// Reads a file with a table for each service.
struct ServiceTables {
    /// How many services, or services within one, there may be.
    static let most = 1000

    let context: ConfigurationContext
    /// The services by the names that the file has for them.
    private let tables: OptionReader
    /// The name that the entry point has in the file.
    let rootKey: String
    var notes = NoteList()

    init(
        _ source: TOMLSource,
        _ top: inout OptionReader,
        _ context: ConfigurationContext
    ) throws(ConfigurationError) {
        self.context = context
        let root = CompositionConfiguration.rootName
        guard let tables = try top.table("blobservices") else {
            throw top.missing("blobservices")
        }
        self.tables = tables
        let hasOldRoot =
            tables.options[root] == nil && tables.options[OldSpelling.rootName] != nil
        rootKey = hasOldRoot ? OldSpelling.rootName : root
        guard tables.options.count <= Self.most else {
            throw top.refusal("blobservices", "there are more than \(Self.most) services")
        }
    }

    mutating func read() throws(ConfigurationError) -> CompositionConfiguration {
        if rootKey == OldSpelling.rootName {
            notes.add(
                "the name '\(rootKey)' is the old one of the entry point; write"
                    + " [blobservices.\(CompositionConfiguration.rootName)]",
                tables.position(rootKey)
            )
        }
        var services: [String: ServiceConfiguration] = [:]
        for name in tables.options.keys.sorted() {
            guard case .table(let options) = tables.options[name] else {
                throw tables.refusal(
                    name,
                    "\(Quoted(name)) in [blobservices] must be a table",
                    advice: "write [blobservices.NAME] in front of the options of a service"
                )
            }
            let header = "blobservices.\(Quoted(TOMLText.key(name)).plain)"
            var reader = tables.nested(options, of: "[\(header)]", [.key(name)])
            services[entryName(name)] = try service(&reader, header)
            try reader.finish()
        }
        return CompositionConfiguration(services: services)
    }

    /// The name that the configuration has for a service of the file.
    private func entryName(_ name: String) -> String {
        name == rootKey ? CompositionConfiguration.rootName : name
    }

    /// Reads a reference: `&NAME`, a URL, or the name alone as older files have it.
    mutating func reference(
        _ text: String,
        _ position: SourcePosition?
    ) throws(ConfigurationError) -> ServiceReference {
        if text.hasPrefix("&") { return .entry(entryName(String(text.dropFirst()))) }
        // What looks like a URL is one, so that no name can stand in front of it.
        if tables.options[text] != nil, !text.contains(where: { ":+".contains($0) }) {
            notes.add(
                "a name without '&' is the old spelling; write \"&\(Quoted(text).plain)\"",
                position
            )
            return .entry(entryName(text))
        }
        do throws(ConfigurationError) {
            let url = try ServiceURL(text, context: context)
            notes.add(deprecationsIn: text, position)
            return .url(url)
        } catch {
            guard !text.contains(":") else { throw error.located(position) }
            let near = Spelling.nearest(to: text, among: tables.options.keys)
            throw ConfigurationError(
                "\(Quoted(text)) is neither the name of a service in [blobservices] nor a URL"
                    + " (\(error.message))",
                advice: near.map { "did you mean '&\(Quoted($0).plain)'?" }
                    ?? "write \"&NAME\" or a URL",
                position: position
            )
        }
    }

    /// Reads the reference that a key of a service holds.
    mutating func reference(
        _ key: String,
        of reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceReference {
        guard let text = try reader.string(key) else {
            throw reader.missing(key, advice: "write \(key) = \"&NAME\" or a URL")
        }
        return try reference(text, reader.position(key))
    }
}
