// SPDX-License-Identifier: Apache-2.0

/// A graph of blob services: which there are, and how they refer to each other.
///
/// The entry point is the service called `root`. Services that nothing refers to are allowed.
/// ``CompositionFile`` reads a configuration from a file, ``toml(showingSecrets:)`` prints one.
public struct CompositionConfiguration: Hashable, Sendable {
    /// The name of the entry point.
    public static let rootName = "root"

    /// The services by name.
    public var services: [String: ServiceConfiguration]

    /// Creates a configuration.
    public init(services: [String: ServiceConfiguration]) {
        self.services = services
    }

    /// The names of all services: the entry point first, then the others by the alphabet.
    public var names: [String] {
        let others = services.keys.filter { $0 != Self.rootName }.sorted()
        return (services[Self.rootName] == nil ? [] : [Self.rootName]) + others
    }
}
