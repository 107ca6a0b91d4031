// SPDX-License-Identifier: Apache-2.0

extension ServiceTables {
    /// Reads a service; `header` is the name of its table.
    mutating func service(
        _ reader: inout OptionReader,
        _ header: String
    ) throws(ConfigurationError) -> ServiceConfiguration {
        switch try typeName(&reader) {
        case "memory":
            .memory(ServiceConfiguration.Memory(limit: try reader.byteCount("limit", atLeast: 1)))
        case "local": .local(try local(&reader))
        case "grpc": .grpc(try grpc(&reader))
        case "objectstore": .objectStore(try objectStore(&reader))
        case "cache": .cache(try cache(&reader))
        case "substituters": .substituters(try substituters(&reader, header))
        case "replicated": .replicated(try replicated(&reader))
        case "read_only":
            .readOnly(ServiceConfiguration.ReadOnly(try reference("service", of: &reader)))
        case "limited": .limited(try limited(&reader))
        case "retrying": .retrying(try retrying(&reader))
        case let type: .custom(custom(&reader, type))
        }
    }

    private mutating func typeName(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> String {
        let known = ServiceConfiguration.typeNames + context.customTypes.sorted()
        guard let type = try reader.string("type") else {
            throw reader.missing("type", advice: "known are \(Spelling.list(known))")
        }
        if let newer = OldSpelling.types[type] {
            notes.add("the type '\(type)' is called '\(newer)' now", reader.position("type"))
            return newer
        }
        guard known.contains(type) else {
            throw reader.refusal(
                "type",
                "unknown type \(Quoted(type)) in \(reader.place)",
                advice: Spelling.suggestion(for: type, among: known)
                    ?? "known are \(Spelling.list(known))"
            )
        }
        return type
    }

    private func local(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.Local {
        guard let path = try reader.string("path") else {
            throw reader.missing("path", advice: "write path = \"/FOLDER\"")
        }
        guard !path.isEmpty else {
            throw reader.refusal("path", "'path' in \(reader.place) names no folder")
        }
        do throws(ConfigurationError) {
            return ServiceConfiguration.Local(path: try context.expand(path))
        } catch {
            throw error.located(reader.position("path"))
        }
    }

    private func grpc(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.GRPC {
        let advice = "write url = \"grpc+http://HOST:PORT\", or with grpc+https: or grpc+unix:"
        guard let url = try reader.string("url") else {
            throw reader.missing("url", advice: advice)
        }
        let service: ServiceConfiguration
        do throws(ConfigurationError) {
            service = try ServiceURL(url, context: context).service
        } catch {
            throw error.located(reader.position("url"))
        }
        guard case .grpc(let grpc) = service else {
            let shown = Quoted(Secrets.hide(inURL: url))
            throw reader.refusal("url", "\(shown) is no URL of a server", advice: advice)
        }
        return grpc
    }

    private func objectStore(
        _ reader: inout OptionReader
    ) throws(ConfigurationError) -> ServiceConfiguration.ObjectStore {
        guard let url = try reader.string("object_store_url") else {
            throw reader.missing(
                "object_store_url",
                advice: "write object_store_url = \"s3://BUCKET\" or the like"
            )
        }
        guard !url.contains("?") else {
            throw reader.refusal(
                "object_store_url",
                "'object_store_url' in \(reader.place) has parameters",
                advice: "write them into object_store_options"
            )
        }
        var service = ServiceConfiguration.ObjectStore(url: url)
        do throws(ConfigurationError) {
            try service.checkPlace()
        } catch {
            throw error.located(reader.position("object_store_url"))
        }
        if var options = try reader.table("object_store_options") {
            for key in options.options.keys.sorted() {
                service.options[key] = try options.string(key)
            }
            if let (name, error) = service.optionProblem() {
                throw error.located(options.position(name))
            }
        }
        service.averageChunkSize = try reader.byteCount("avg_chunk_size", atLeast: 1)
        return service
    }

    /// Returns the options of a kind that is registered, whatever they are.
    private func custom(
        _ reader: inout OptionReader,
        _ type: String
    ) -> ServiceConfiguration.Custom {
        var options = reader.options
        options["type"] = nil
        for key in options.keys { _ = reader.value(key) }
        return ServiceConfiguration.Custom(type: type, options: options)
    }
}
