// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage

/// An error of a service, and where in a file the service is described.
struct LocatedError: Error {
    var position: SourcePosition
    var error: BlobError

    /// The error that says so.
    var whole: BlobError {
        BlobError(error.code, "\(position): \(error.message)", cause: error.cause)
    }
}

/// Makes services of what a configuration says, each once.
actor ServiceBuilder {
    let configuration: CompositionConfiguration
    let options: CompositionOptions
    private let file: CompositionFile?
    private var services: [String: any BlobService] = [:]

    /// What has to go on while the services are used.
    private(set) var tasks: [@Sendable () async throws -> Void] = []

    /// What has to be done once that goes on.
    private(set) var connectors: [@Sendable () async throws -> Void] = []

    private(set) var objectStorages: [any ObjectStorage] = []

    init(
        _ configuration: CompositionConfiguration,
        _ options: CompositionOptions,
        _ file: CompositionFile?
    ) {
        self.configuration = configuration
        self.options = options
        self.file = file
    }

    /// Returns the service with a name, for those that need it and are not made yet.
    func service(_ name: String, for dependents: [String]) async throws -> any BlobService {
        if let service = services[name] { return service }
        guard !dependents.contains(name) else {
            let circle = (dependents.drop { $0 != name } + [name]).joined(separator: " -> ")
            throw ConfigurationError("services need each other in a circle: \(circle)")
        }
        guard let configuration = configuration.services[name] else {
            throw ConfigurationError("no service is called '\(name)'")
        }
        let service: any BlobService
        do {
            service = try await make(configuration, for: dependents + [name])
        } catch let error as ConfigurationError {
            throw error.located(file?.position(of: name))
        } catch let error as BlobError {
            guard let file else { throw error }
            throw LocatedError(position: file.position(of: name), error: error)
        }
        services[name] = service
        return service
    }

    func service(
        _ reference: ServiceReference,
        for dependents: [String]
    ) async throws -> any BlobService {
        switch reference {
        case .entry(let name): try await service(name, for: dependents)
        case .url(let url): try await make(url.service, for: dependents)
        }
    }

    /// Has something go on while the services are used.
    func add(_ task: @escaping @Sendable () async throws -> Void) { tasks.append(task) }

    func add(_ storage: any ObjectStorage) { objectStorages.append(storage) }

    /// Has something done before the services are used.
    func addConnector(_ connector: @escaping @Sendable () async throws -> Void) {
        connectors.append(connector)
    }
}
