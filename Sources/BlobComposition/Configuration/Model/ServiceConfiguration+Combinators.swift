// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// Which of two services a new blob goes to.
    public enum WritePolicy: String, CaseIterable, Hashable, Sendable {
        /// To the near one only.
        case near
        /// To both.
        case through
    }

    /// Options of a service that keeps what it reads from one service in another.
    public struct Cache: Hashable, Sendable {
        /// How many bytes are fetched ahead if nothing else is said: 16 MiB.
        public static let standardWindow = 16 << 20
        /// How many bytes are kept for readers if nothing else is said: 64 MiB.
        public static let standardMemory = 64 << 20

        /// The service that is asked first and keeps what is read.
        public var near: ServiceReference
        /// The service that is asked for the rest.
        public var far: ServiceReference
        /// Which services a new blob goes to.
        public var write: WritePolicy
        /// How many bytes to fetch ahead of a reader.
        public var window: Int
        /// How many bytes of blobs that are being fetched to keep in memory for their readers.
        public var memory: Int

        /// Creates options.
        public init(
            near: ServiceReference,
            far: ServiceReference,
            write: WritePolicy = .near,
            window: Int = standardWindow,
            memory: Int = standardMemory
        ) {
            self.near = near
            self.far = far
            self.write = write
            self.window = window
            self.memory = memory
        }
    }

    /// Options of a service that writes to several others.
    public struct Replicated: Hashable, Sendable {
        /// The services, at least one.
        public var services: [ServiceReference]

        /// Creates options.
        public init(_ services: [ServiceReference]) {
            self.services = services
        }
    }

    /// Options of a service that refuses to write to another.
    public struct ReadOnly: Hashable, Sendable {
        /// The service to read from.
        public var service: ServiceReference

        /// Creates options.
        public init(_ service: ServiceReference) {
            self.service = service
        }
    }

    /// Options of a service that limits what another has to do at once.
    public struct Limited: Hashable, Sendable {
        /// The service that does the work.
        public var service: ServiceReference
        /// How many calls may run at once.
        public var calls: Int

        /// Creates options.
        public init(_ service: ServiceReference, calls: Int) {
            self.service = service
            self.calls = calls
        }
    }

    /// Options of a service that repeats calls of another.
    public struct Retrying: Hashable, Sendable {
        /// The service that may fail.
        public var service: ServiceReference
        /// How often to try, the first time included.
        public var attempts: Int

        /// Creates options.
        public init(_ service: ServiceReference, attempts: Int) {
            self.service = service
            self.attempts = attempts
        }
    }
}
