// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import ObjectStorage

/// The services of a configuration, connected to each other.
///
/// ```swift
/// let configuration = try CompositionConfiguration(
///     store: "/var/lib/blobs",
///     substituters: ["grpc+https://cache.example"]
/// )
/// try await Composition.running(configuration) { composition in
///     let body = try await composition.root.read(digest)
/// }
/// ```
public struct Composition: Sendable {
    /// The entry point.
    public let root: any BlobService

    /// Tells of what is fetched.
    public let transfers: TransferMonitor

    /// The object stores among the services, which count the requests that they make.
    public let objectStorages: [any ObjectStorage]

    private let tasks: [@Sendable () async throws -> Void]
    private let connectors: [@Sendable () async throws -> Void]

    /// Makes all services that the entry point needs; they work while ``run()`` does.
    ///
    /// Local stores are opened, and made if they are missing.
    ///
    /// - Parameters:
    ///   - configuration: Which services there are.
    ///   - options: What they share.
    ///   - file: The file that the configuration is from, to say in errors where something stands.
    /// - Throws: A ``ConfigurationError`` or `BlobError` that says which service cannot be made and why,
    ///   or what the maker of a registered kind throws.
    public init(
        _ configuration: CompositionConfiguration,
        _ options: CompositionOptions = CompositionOptions(),
        file: CompositionFile? = nil
    ) async throws {
        try configuration.check()
        let builder = ServiceBuilder(configuration, options, file)
        do {
            root = try await builder.service(CompositionConfiguration.rootName, for: [])
        } catch let error as LocatedError {
            throw error.whole
        }
        tasks = await builder.tasks
        connectors = await builder.connectors
        objectStorages = await builder.objectStorages
        transfers = options.transfers
    }

    /// Keeps connections, and fetches what is read, until the task is cancelled.
    public func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for task in tasks { group.addTask { try await task() } }
        }
    }

    /// Connects to the servers whose URLs ask for that (`wait-connect=1`), and fails if one cannot be
    /// reached; ``run()`` must run meanwhile.
    public func connect() async throws {
        for connect in connectors { try await connect() }
    }

    /// Makes the services, connects them, and runs `body` while they work.
    public static func running<Result: Sendable>(
        _ configuration: CompositionConfiguration,
        _ options: CompositionOptions = CompositionOptions(),
        file: CompositionFile? = nil,
        _ body: (Composition) async throws -> Result
    ) async throws -> Result {
        let composition = try await Composition(configuration, options, file: file)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await composition.run() }
            defer { group.cancelAll() }
            try await composition.connect()
            return try await body(composition)
        }
    }
}
