// SPDX-License-Identifier: Apache-2.0

extension CompositionConfiguration {
    /// Makes the usual graph: a store, in front of it memory, behind it services to fetch from.
    ///
    /// - Parameters:
    ///   - store: A folder or the URL of a service.
    ///   - substituters: URLs of services that are asked for what the store does not have, with
    ///     the parameters that ``SubstituterURL`` describes.
    ///   - memoryCache: How many bytes to keep in memory in front of the store; `nil`: none.
    ///   - window: How many bytes to fetch ahead of a reader.
    ///   - samePriority: How substituters of one priority share the work.
    ///   - context: What the texts may refer to.
    /// - Throws: An error that says which URL is wrong.
    public init(
        store: String,
        substituters: [String] = [],
        memoryCache: Int? = nil,
        window: Int = ServiceConfiguration.Cache.standardWindow,
        samePriority: ServiceConfiguration.SamePriority = .spread,
        context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        let url = try ServiceURL(store, context: context, allowsPlainPath: true)
        var layers = Layers(store: url.service)
        for text in substituters {
            layers.sources.append(try SubstituterURL(text, context: context).source)
        }
        layers.memoryCache = memoryCache
        layers.window = window
        layers.samePriority = samePriority
        self = layers.configuration
    }
}
