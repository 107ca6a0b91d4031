// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// Options of a service that keeps blobs in memory.
    public struct Memory: Hashable, Sendable {
        /// How many bytes to keep, at the cost of the blobs used least recently; `nil`: all.
        public var limit: Int?

        /// Creates options.
        public init(limit: Int? = nil) {
            self.limit = limit
        }
    }

    /// Options of a service that keeps blobs in a folder.
    public struct Local: Hashable, Sendable {
        /// The folder, as it is written.
        public var path: String

        /// Creates options.
        public init(path: String) {
            self.path = path
        }
    }

    /// Options of a service that asks a server.
    public struct GRPC: Hashable, Sendable {
        /// The URL of the server with its parameters, as it is written.
        public var url: String

        /// Creates options.
        public init(url: String) {
            self.url = url
        }
    }

    /// Options of a service that keeps blobs in an object store.
    public struct ObjectStore: Hashable, Sendable {
        /// Where the object store is, as in `s3://bucket/prefix`: without parameters, and without
        /// `objectstore+` in front.
        public var url: String

        /// What else the object store needs, by the names that the Rust crate `object_store` uses.
        public var options: [String: String]

        /// How long the pieces of a blob are on average; `nil`: as the service sees fit.
        public var averageChunkSize: Int?

        /// Creates options.
        public init(url: String, options: [String: String] = [:], averageChunkSize: Int? = nil) {
            self.url = url
            self.options = options
            self.averageChunkSize = averageChunkSize
        }
    }

    /// Options of a service of a kind that the program has registered.
    public struct Custom: Hashable, Sendable {
        /// The name that the kind is registered under.
        public var type: String

        /// All keys but that of the type; a service made from a URL has the whole URL as `url`.
        public var options: [String: ConfigurationValue]

        /// Creates options.
        public init(type: String, options: [String: ConfigurationValue] = [:]) {
            self.type = type
            self.options = options
        }
    }
}
