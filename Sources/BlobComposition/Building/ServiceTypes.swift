// SPDX-License-Identifier: Apache-2.0
public import BlobStore

/// The kinds of services that a program adds to those that every composition knows.
///
/// ```swift
/// var types = ServiceTypes()
/// types.register("tape") { options, _ in
///     guard let device = try options.string("device") else { throw options.missing("device") }
///     return RunnableService(TapeService(device))
/// }
/// ```
///
/// A configuration then has `type = "tape"` and `device = "/dev/st0"`, or the URL `tape:/dev/st0`, which
/// comes as the option `url`.
public struct ServiceTypes: Sendable {
    /// Makes a service of its options, and of others that they refer to.
    ///
    /// Options that it does not ask for are refused afterwards.
    public typealias Maker =
        @Sendable (inout OptionReader, _ others: ServiceResolver) async throws -> RunnableService

    private var makers: [String: Maker] = [:]

    /// Creates an empty list.
    public init() {}

    /// The names of the kinds.
    public var names: Set<String> { Set(makers.keys) }

    /// Adds a kind, or replaces the one with this name.
    ///
    /// - Precondition: no kind of the composition itself has the name.
    public mutating func register(_ name: String, _ maker: @escaping Maker) {
        precondition(
            !ServiceConfiguration.typeNames.contains(name),
            "'\(name)' is a kind that every composition knows"
        )
        makers[name] = maker
    }

    subscript(name: String) -> Maker? { makers[name] }
}

/// A service, and what has to go on while it is used.
public struct RunnableService: Sendable {
    /// The service.
    public var service: any BlobService

    /// Runs until it is cancelled; `nil` if the service needs nothing of the kind.
    public var run: (@Sendable () async throws -> Void)?

    /// Joins a service and what it needs.
    public init(_ service: any BlobService, run: (@Sendable () async throws -> Void)? = nil) {
        self.service = service
        self.run = run
    }
}

/// Finds the services of a composition by their names.
public struct ServiceResolver: Sendable {
    let resolve: @Sendable (String) async throws -> any BlobService

    /// Returns the service with a name, such as an option of another service has it; everyone who asks
    /// gets the same one.
    ///
    /// Fails if there is none, or if it needs the one that asks.
    public func service(_ name: String) async throws -> any BlobService {
        try await resolve(name.hasPrefix("&") ? String(name.dropFirst()) : name)
    }
}
