// SPDX-License-Identifier: Apache-2.0

extension ServiceTables {
    mutating func cache(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Cache {
        ServiceConfiguration.Cache(
            near: try reference(try current("near", &reader), of: &reader),
            far: try reference(try current("far", &reader), of: &reader),
            write: try reader.choice("write", ServiceConfiguration.WritePolicy.self) ?? .near,
            window: try reader.byteCount("window") ?? ServiceConfiguration.Cache.standardWindow,
            memory: try reader.byteCount("memory") ?? ServiceConfiguration.Cache.standardMemory
        )
    }

    /// Returns the name that the file has for a key, which may be an older one.
    private mutating func current(
        _ key: String,
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> String {
        guard let old = OldSpelling.keys[key], reader.options[old] != nil else { return key }
        guard reader.options[key] == nil else {
            throw reader.refusal(
                old,
                "'\(old)' and '\(key)' in \(reader.place) mean the same",
                advice: "write '\(key)' only"
            )
        }
        notes.add("the key '\(old)' is called '\(key)' now", reader.position(old))
        return old
    }

    mutating func replicated(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Replicated {
        guard let values = try reader.array("services") else {
            throw reader.missing("services", advice: "write services = [\"&NAME\", \"&NAME\"]")
        }
        guard !values.isEmpty, values.count <= Self.most else {
            throw reader.refusal(
                "services",
                "'services' in \(reader.place) has \(values.count) services",
                advice: "it may have 1 to \(Self.most)"
            )
        }
        var services: [ServiceReference] = []
        for (index, value) in values.enumerated() {
            guard case .string(let text) = value else {
                throw reader.mismatch("services", value, "an array of strings")
            }
            services.append(try reference(text, reader.position("services", index: index)))
        }
        return ServiceConfiguration.Replicated(services)
    }

    mutating func limited(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Limited {
        let service = try reference("service", of: &reader)
        guard let calls = try reader.count("calls") else {
            throw reader.missing("calls", advice: "say how many calls may run at once")
        }
        return ServiceConfiguration.Limited(service, calls: calls)
    }

    mutating func retrying(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Retrying {
        let service = try reference("service", of: &reader)
        guard let attempts = try reader.count("attempts") else {
            throw reader.missing("attempts", advice: "say how often to try")
        }
        return ServiceConfiguration.Retrying(service, attempts: attempts)
    }

    mutating func substituters(
        _ reader: inout OptionReader,
        _ header: String
    ) throws(ConfigurationError) -> ServiceConfiguration.Substituters {
        let header = "[[\(header).source]]"
        guard let tables = try reader.tables("source", header: header) else {
            throw reader.missing("source", advice: "write a table \(header) for each")
        }
        guard !tables.isEmpty, tables.count <= Self.most else {
            throw reader.refusal(
                "source",
                "'source' in \(reader.place) has \(tables.count) sources",
                advice: "it may have 1 to \(Self.most)"
            )
        }
        var sources: [ServiceConfiguration.Source] = []
        for var table in tables {
            sources.append(try source(&table))
            try table.finish()
        }
        return ServiceConfiguration.Substituters(
            sources,
            samePriority: try reader.choice(
                "same_priority",
                ServiceConfiguration.SamePriority.self
            ) ?? .spread
        )
    }

    private mutating func source(
        _ table: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Source {
        guard table.options["service"] != nil else {
            return try SourceReader(context).read(&table, &notes)
        }
        guard table.options["url"] == nil else {
            throw table.refusal(
                "url",
                "'service' and 'url' in \(table.place) cannot stand together",
                advice: "write one of them"
            )
        }
        _ = table.value("url")
        let service = try reference("service", of: &table)
        return try SourceReader.read(&table, service, defaultName: service.defaultName)
    }
}

extension ServiceReference {
    /// What messages call a service that has been given no other name.
    fileprivate var defaultName: String {
        switch self {
        case .entry(let name): name
        case .url(let url): url.description
        }
    }
}
