// SPDX-License-Identifier: Apache-2.0

extension CompositionConfiguration {
    /// The folder of the local store to which the entry point writes, if there is one.
    public var localFolder: String? { folder(of: .entry(Self.rootName), depth: 0) }

    private func folder(of reference: ServiceReference, depth: Int) -> String? {
        let service: ServiceConfiguration?
        switch reference {
        case .entry(let name): service = services[name]
        case .url(let url): service = url.service
        }
        // Only a graph that has not been checked is deeper than it has services.
        guard let service, depth <= services.count + ServiceURLParser.deepest else { return nil }
        switch service {
        case .local(let local): return local.path
        case .cache(let cache):
            let near = folder(of: cache.near, depth: depth + 1)
            return cache.write == .near ? near : near ?? folder(of: cache.far, depth: depth + 1)
        case .limited(let limited): return folder(of: limited.service, depth: depth + 1)
        case .retrying(let retrying): return folder(of: retrying.service, depth: depth + 1)
        case .memory, .grpc, .objectStore, .substituters, .replicated, .readOnly, .custom:
            return nil
        }
    }
}
