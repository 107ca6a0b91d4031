// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// How sources of the same priority share the work.
    public enum SamePriority: String, CaseIterable, Hashable, Sendable {
        /// All are asked for a blob, and the first that answers serves it.
        case race
        /// Each is asked for some of the blobs.
        case spread
    }

    /// A service to fetch blobs from.
    public struct Source: Hashable, Sendable {
        /// How long to wait for an answer if nothing else is said: 10 s.
        public static let standardTimeout = Duration.seconds(10)

        /// The service.
        public var service: ServiceReference
        /// What messages call it.
        public var name: String
        /// Whether it is asked before others: those with lower numbers are.
        public var priority: Int
        /// Whether its word is taken for the chunks of a blob until the whole has been checked.
        public var trusted: Bool
        /// How long it may show no sign of life.
        public var timeout: Duration

        /// Creates a source.
        public init(
            _ service: ServiceReference,
            name: String,
            priority: Int = 0,
            trusted: Bool = false,
            timeout: Duration = standardTimeout
        ) {
            self.service = service
            self.name = name
            self.priority = priority
            self.trusted = trusted
            self.timeout = timeout
        }
    }

    /// Options of a service that fetches from whichever of several services has a blob.
    public struct Substituters: Hashable, Sendable {
        /// The services to fetch from, at least one.
        public var sources: [Source]
        /// How sources of the same priority share the work.
        public var samePriority: SamePriority

        /// Creates options.
        public init(_ sources: [Source], samePriority: SamePriority = .spread) {
            self.sources = sources
            self.samePriority = samePriority
        }
    }
}
