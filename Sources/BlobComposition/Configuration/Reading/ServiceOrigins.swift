// SPDX-License-Identifier: Apache-2.0

/// Where in a file the services of a configuration come from.
enum ServiceOrigins: Hashable, Sendable {
    /// Each from a table of its own; the entry point may have an older name.
    case tables(rootKey: String)
    /// From keys at the top.
    case layers

    /// The places where an option may be, the most likely one first.
    func paths(of service: String, key: String?, index: Int?) -> [[OptionStep]] {
        let element = index.map { [OptionStep.index($0)] } ?? []
        let isSource = key == "source" && index != nil
        let ends = isSource ? ["service", "url"].map { element + [.key($0)] } : [element]
        switch self {
        case .tables(let rootKey):
            let name = service == CompositionConfiguration.rootName ? rootKey : service
            let table = [OptionStep.key("blobservices"), .key(name)]
            guard let key else { return [table] }
            let keys = [key] + (OldSpelling.keys[key].map { [$0] } ?? [])
            return keys.flatMap { key in ends.map { table + [.key(key)] + $0 } }
        case .layers:
            switch service {
            case Layers.remotesName:
                return (isSource ? ends : [[]]).map { [.key("substituter")] + $0 }
            case Layers.memoryName: return [[.key("memory_cache")]]
            default: return [[.key("store")]]
            }
        }
    }
}
