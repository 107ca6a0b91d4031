// SPDX-License-Identifier: Apache-2.0

/// Reads a file that says where the store is and what to fetch from.
struct LayersReader {
    private let context: ConfigurationContext
    var notes = NoteList()

    init(_ context: ConfigurationContext) {
        self.context = context
    }

    mutating func read(
        _ top: inout OptionReader
    ) throws(ConfigurationError) -> CompositionConfiguration {
        // A misspelt 'store' is better called that than missing.
        let memoryCache = try top.byteCount("memory_cache", atLeast: 1)
        let window = try top.byteCount("window")
        let samePriority = try top.choice(
            "same_priority",
            ServiceConfiguration.SamePriority.self
        )
        let sources = try sources(&top)
        let storeText = try top.string("store")
        try top.finish()
        var layers = Layers(store: try store(storeText, top))
        layers.sources = sources
        layers.memoryCache = memoryCache
        layers.window = window ?? layers.window
        layers.samePriority = samePriority ?? layers.samePriority
        noteUselessKeys(top, layers)
        return layers.configuration
    }

    private mutating func store(
        _ text: String?,
        _ top: OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration {
        guard let text else {
            guard let standard = context.defaultStore else {
                throw top.missing(
                    "store",
                    advice: "write store = \"/FOLDER\" or a URL, or tables [blobservices.NAME]"
                )
            }
            return try ServiceURL(standard, context: context, allowsPlainPath: true).service
        }
        do throws(ConfigurationError) {
            let service = try ServiceURL(text, context: context).service
            notes.add(deprecationsIn: text, top.position("store"))
            return service
        } catch {
            throw error.located(top.position("store"))
        }
    }

    private mutating func sources(
        _ top: inout OptionReader
    ) throws(ConfigurationError) -> [ServiceConfiguration.Source] {
        let tables = try top.tables("substituter", header: "[[substituter]]") ?? []
        guard tables.count <= ServiceTables.most else {
            throw top.refusal(
                "substituter",
                "there are more than \(ServiceTables.most) substituters"
            )
        }
        var sources: [ServiceConfiguration.Source] = []
        for var table in tables {
            sources.append(try SourceReader(context).read(&table, &notes))
            try table.finish()
        }
        return sources
    }

    /// Says which keys say nothing about this graph.
    private mutating func noteUselessKeys(_ top: OptionReader, _ layers: Layers) {
        guard layers.sources.isEmpty else { return }
        var keys = ["same_priority"]
        if layers.memoryCache == nil { keys.append("window") }
        for key in keys where top.options[key] != nil {
            notes.add("'\(key)' has no effect without [[substituter]]", top.position(key))
        }
    }
}
