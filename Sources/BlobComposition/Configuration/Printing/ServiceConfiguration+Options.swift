// SPDX-License-Identifier: Apache-2.0

extension ServiceConfiguration {
    /// Keys and values in the order in which a file has them.
    typealias Options = [(String, ConfigurationValue)]

    /// What the table of the service has besides its type.
    func options(showingSecrets: Bool) -> Options {
        showingSecrets ? allOptions : allOptions.map { ($0, Secrets.hide($1, of: $0)) }
    }

    private var allOptions: Options {
        switch self {
        case .memory(let memory): memory.printed
        case .local(let local): [("path", .string(local.path))]
        case .grpc(let grpc): [("url", .string(grpc.url))]
        case .objectStore(let store): store.printed
        case .cache(let cache): cache.printed
        case .substituters(let substituters):
            [("same_priority", .string(substituters.samePriority.rawValue))]
        case .replicated(let replicated):
            [("services", .array(replicated.services.map(\.printed)))]
        case .readOnly(let readOnly): [("service", readOnly.service.printed)]
        case .limited(let limited):
            [
                ("service", limited.service.printed), ("calls", .integer(limited.calls)),
            ]
        case .retrying(let retrying):
            [("service", retrying.service.printed), ("attempts", .integer(retrying.attempts))]
        case .custom(let custom):
            custom.options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    /// What the tables of the sources of the service have.
    func sourceOptions(showingSecrets: Bool) -> [Options] {
        guard case .substituters(let substituters) = self else { return [] }
        return substituters.sources.map { source in
            [
                ("service", .string(source.service.text(showingSecrets: showingSecrets))),
                ("name", .string(source.name)), ("priority", .integer(source.priority)),
                ("trusted", .boolean(source.trusted)),
                ("timeout", .string(DurationText.text(source.timeout))),
            ]
        }
    }
}

extension ServiceReference {
    fileprivate var printed: ConfigurationValue { .string(text(showingSecrets: true)) }
}

extension ServiceConfiguration.Memory {
    fileprivate var printed: ServiceConfiguration.Options {
        guard let limit else { return [] }
        return [("limit", ByteCountText.value(limit))]
    }
}

extension ServiceConfiguration.ObjectStore {
    fileprivate var printed: ServiceConfiguration.Options {
        var pairs: ServiceConfiguration.Options = [
            ("object_store_url", .string(url)),
            ("object_store_options", .table(options.mapValues { .string($0) })),
        ]
        if let averageChunkSize {
            // Upstream knows integers only.
            pairs.append(("avg_chunk_size", .integer(averageChunkSize)))
        }
        return pairs
    }
}

extension ServiceConfiguration.Cache {
    fileprivate var printed: ServiceConfiguration.Options {
        [
            ("near", near.printed), ("far", far.printed), ("write", .string(write.rawValue)),
            ("window", ByteCountText.value(window)), ("memory", ByteCountText.value(memory)),
        ]
    }
}
