// SPDX-License-Identifier: Apache-2.0
import BlobCombinators
import BlobGRPC
import BlobStore
import Foundation
import LocalBlobStore
import SystemPackage

extension ServiceBuilder {
    /// Makes a service of any kind.
    func make(
        _ configuration: ServiceConfiguration,
        for dependents: [String]
    ) async throws -> any BlobService {
        switch configuration {
        case .memory(let memory):
            return MemoryBlobService(limit: memory.limit)
        case .local(let local):
            return try await LocalBlobService(at: FilePath(local.path), options: options.localStore)
        case .grpc(let grpc):
            let address = try address(grpc.url)
            return meteredService(try connect(to: address, options.client), name: "\(address)")
        case .objectStore(let objectStore):
            return try make(objectStore)
        case .cache(let cache):
            return try await make(cache, for: dependents)
        case .substituters(let substituters):
            return try await make(substituters, for: dependents)
        case .replicated(let replicated):
            var replicas: [any BlobService] = []
            for reference in replicated.services {
                replicas.append(try await service(reference, for: dependents))
            }
            return ReplicatedBlobService(replicas)
        case .readOnly(let readOnly):
            return readOnlyService(try await service(readOnly.service, for: dependents))
        case .limited(let limited):
            let base = try await service(limited.service, for: dependents)
            return limitedService(base, callLimit: limited.calls)
        case .retrying(let retrying):
            let base = try await service(retrying.service, for: dependents)
            return retryingService(base, retryCount: retrying.attempts - 1)
        case .custom(let custom):
            return try await make(custom, for: dependents)
        }
    }

    // Each opens an existential, so that the wrapper knows the type underneath.

    private func readOnlyService(_ base: some BlobService) -> any BlobService {
        ReadOnlyBlobService(base)
    }

    private func limitedService(_ base: some BlobService, callLimit: Int) -> any BlobService {
        LimitedBlobService(base, callLimit: callLimit)
    }

    private func retryingService(_ base: some BlobService, retryCount: Int) -> any BlobService {
        RetryingBlobService(base, retryCount: retryCount)
    }

    private func meteredService(_ base: some BlobService, name: String) -> any BlobService {
        MeteredBlobService(base, name: name)
    }

    private func address(_ url: String) throws(ConfigurationError) -> GRPCAddress {
        do throws(BlobError) {
            return try GRPCAddress(url: url)
        } catch {
            throw ConfigurationError(error.description)
        }
    }

    private func connect(
        to address: GRPCAddress,
        _ client: GRPCClientOptions
    ) throws -> GRPCBlobService {
        let service = try GRPCBlobService(address, client)
        add { try await service.run() }
        if address.waitsForConnection { addConnector { try await service.connect() } }
        return service
    }

    private func make(
        _ cache: ServiceConfiguration.Cache,
        for dependents: [String]
    ) async throws -> any BlobService {
        let near = try await service(cache.near, for: dependents)
        let far = try await service(cache.far, for: dependents)
        var caching = CachingOptions()
        caching.windowByteCount = cache.window
        caching.memoryByteCount = cache.memory
        caching.writing = cache.write == .near ? .near : .through
        var isMemory = false
        if case .memory(let memory) = configuration(of: cache.near), let limit = memory.limit {
            isMemory = true
            // A blob that would drive out most others is not worth it.
            caching.largestBlobSize = UInt64(limit / 4)
        }
        let service = CachingBlobService(
            near: near,
            far: far,
            caching,
            // What comes into memory from what is behind it is no news.
            transfers: isMemory ? TransferMonitor() : options.transfers,
            logger: options.logger
        )
        add { await service.run() }
        return service
    }

    private func configuration(of reference: ServiceReference) -> ServiceConfiguration? {
        switch reference {
        case .entry(let name): configuration.services[name]
        case .url(let url): url.service
        }
    }

    private func make(
        _ substituters: ServiceConfiguration.Substituters,
        for dependents: [String]
    ) async throws -> any BlobService {
        var sources: [Substituter] = []
        for source in substituters.sources {
            sources.append(
                Substituter(
                    name: source.name,
                    try await service(of: source, for: dependents),
                    priority: source.priority,
                    isTrusted: source.trusted,
                    timeout: source.timeout
                )
            )
        }
        var substituting = SubstitutingOptions()
        substituting.samePriority = substituters.samePriority == .race ? .race : .spread
        return SubstitutingBlobService(sources, substituting, logger: options.logger)
    }

    private func service(
        of source: ServiceConfiguration.Source,
        for dependents: [String]
    ) async throws -> any BlobService {
        let configuration = configuration(of: source.service)
        if case .local(let local) = configuration {
            try await requireStore(at: FilePath(local.path))
        }
        guard case .grpc(let server) = configuration, source.service.entryName == nil
        else { return try await service(source.service, for: dependents) }
        // The next substituter is the better second attempt.
        var client = options.client
        client.retryCount = 0
        return try connect(to: try address(server.url), client)
    }

    /// Fails if there is no store in a folder: an empty one could have nothing that is missing.
    @concurrent
    private func requireStore(at folder: FilePath) async throws {
        let format = folder.appending("format").string
        guard FileManager.default.fileExists(atPath: format) else {
            throw BlobError(.unavailable, "\(folder): there is no store to fetch from")
        }
    }

    private func make(
        _ custom: ServiceConfiguration.Custom,
        for dependents: [String]
    ) async throws -> any BlobService {
        guard let maker = options.types[custom.type] else {
            throw ConfigurationError("the kind '\(custom.type)' of service is not registered")
        }
        var reader = OptionReader(custom.options, of: "the service of kind '\(custom.type)'")
        let resolver = ServiceResolver { name in
            try await self.service(name, for: dependents)
        }
        let made = try await maker(&reader, resolver)
        try reader.finish()
        if let run = made.run { add(run) }
        return made.service
    }
}
