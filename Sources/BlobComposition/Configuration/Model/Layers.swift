// SPDX-License-Identifier: Apache-2.0

/// The parts of the usual graph.
struct Layers {
    static let storeName = "store"
    static let remotesName = "remotes"
    static let memoryName = "memory"
    static let cachedName = "cached"

    var store: ServiceConfiguration
    var sources: [ServiceConfiguration.Source] = []
    var memoryCache: Int?
    var window = ServiceConfiguration.Cache.standardWindow
    var samePriority = ServiceConfiguration.SamePriority.spread

    init(store: ServiceConfiguration) {
        self.store = store
    }

    var configuration: CompositionConfiguration {
        var services: [String: ServiceConfiguration] = [:]
        var top = (name: Self.storeName, service: store)
        if !sources.isEmpty {
            services[Self.remotesName] = .substituters(
                ServiceConfiguration.Substituters(sources, samePriority: samePriority)
            )
            services[top.name] = top.service
            let cache = ServiceConfiguration.Cache(
                near: .entry(top.name),
                far: .entry(Self.remotesName),
                window: window
            )
            top = (Self.cachedName, .cache(cache))
        }
        if let memoryCache {
            services[Self.memoryName] = .memory(ServiceConfiguration.Memory(limit: memoryCache))
            services[top.name] = top.service
            // What only memory has would be lost at the end of the process.
            let cache = ServiceConfiguration.Cache(
                near: .entry(Self.memoryName),
                far: .entry(top.name),
                write: .through,
                window: window
            )
            top.service = .cache(cache)
        }
        services[CompositionConfiguration.rootName] = top.service
        return CompositionConfiguration(services: services)
    }
}
