// SPDX-License-Identifier: Apache-2.0

/// Reads a table that says where to fetch blobs from.
struct SourceReader {
    private let context: ConfigurationContext

    init(_ context: ConfigurationContext) {
        self.context = context
    }

    /// Reads a table with the key `url`.
    func read(
        _ table: inout OptionReader,
        _ notes: inout NoteList
    ) throws(ConfigurationError) -> ServiceConfiguration.Source {
        guard let text = try table.string("url") else {
            throw table.missing("url", advice: "write url = \"grpc+https://HOST\" or the like")
        }
        let position = table.position("url")
        let url: SubstituterURL
        do throws(ConfigurationError) {
            url = try SubstituterURL(text, context: context)
        } catch {
            throw error.located(position)
        }
        notes.add(deprecationsIn: text, position)
        let parameters: [(String, given: Bool)] = [
            ("name", url.name != nil), ("priority", url.priority != nil),
            ("trusted", url.trusted != nil), ("timeout", url.timeout != nil),
        ]
        for (key, given) in parameters where given && table.options[key] != nil {
            throw table.refusal(
                key,
                "'\(key)' stands in \(table.place) and is also a parameter of its URL",
                advice: "write it in one place only"
            )
        }
        let parsed = url.source
        var source = try Self.read(&table, parsed.service, defaultName: parsed.name)
        source.priority = url.priority ?? source.priority
        source.trusted = url.trusted ?? source.trusted
        source.timeout = url.timeout ?? source.timeout
        return source
    }

    /// Reads the keys that say how to use a service.
    static func read(
        _ table: inout OptionReader,
        _ service: ServiceReference,
        defaultName: String
    ) throws(ConfigurationError) -> ServiceConfiguration.Source {
        ServiceConfiguration.Source(
            service,
            name: try table.string("name") ?? defaultName,
            priority: try table.integer("priority") ?? 0,
            trusted: try table.boolean("trusted") ?? false,
            timeout: try table.duration("timeout")
                ?? ServiceConfiguration.Source.standardTimeout
        )
    }
}
