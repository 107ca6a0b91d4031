// SPDX-License-Identifier: Apache-2.0

/// What one blob service is made of.
public enum ServiceConfiguration: Hashable, Sendable {
    /// Keeps blobs in memory.
    case memory(Memory)
    /// Keeps blobs in a folder of this machine.
    case local(Local)
    /// Asks a server.
    case grpc(GRPC)
    /// Keeps blobs in an object store, as snix does.
    case objectStore(ObjectStore)
    /// Keeps what is read from one service in another.
    case cache(Cache)
    /// Reads from whichever of several services has a blob.
    case substituters(Substituters)
    /// Writes to several services.
    case replicated(Replicated)
    /// Refuses to write to another service.
    case readOnly(ReadOnly)
    /// Limits what another service has to do at once.
    case limited(Limited)
    /// Repeats calls of another service that fail.
    case retrying(Retrying)
    /// Is of a kind that the program has registered.
    case custom(Custom)

    /// What the key `type` of a file says.
    public var typeName: String {
        switch self {
        case .memory: "memory"
        case .local: "local"
        case .grpc: "grpc"
        case .objectStore: "objectstore"
        case .cache: "cache"
        case .substituters: "substituters"
        case .replicated: "replicated"
        case .readOnly: "read_only"
        case .limited: "limited"
        case .retrying: "retrying"
        case .custom(let custom): custom.type
        }
    }

    /// The kinds that need no registration, by the names that files use.
    static let typeNames = [
        "memory", "local", "grpc", "objectstore", "cache", "substituters", "replicated",
        "read_only",
        "limited", "retrying",
    ]

    /// The option that holds a reference; `index` counts from zero if it holds several.
    struct ReferencePlace: Hashable {
        var key: String
        var index: Int?
    }

    /// What the service refers to by its own options.
    var references: [(ReferencePlace, ServiceReference)] {
        func list(
            _ key: String,
            _ references: [ServiceReference]
        )
            -> [(ReferencePlace, ServiceReference)]
        {
            references.enumerated().map { (ReferencePlace(key: key, index: $0), $1) }
        }
        func one(_ reference: ServiceReference) -> [(ReferencePlace, ServiceReference)] {
            [(ReferencePlace(key: "service"), reference)]
        }
        return switch self {
        case .memory, .local, .grpc, .objectStore, .custom: []
        case .cache(let cache):
            [(ReferencePlace(key: "near"), cache.near), (ReferencePlace(key: "far"), cache.far)]
        case .substituters(let substituters): list("source", substituters.sources.map(\.service))
        case .replicated(let replicated): list("services", replicated.services)
        case .readOnly(let readOnly): one(readOnly.service)
        case .limited(let limited): one(limited.service)
        case .retrying(let retrying): one(retrying.service)
        }
    }
}
