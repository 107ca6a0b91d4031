// SPDX-License-Identifier: Apache-2.0

/// A configuration that was read from TOML.
///
/// There are two forms. One has a table `[blobservices.NAME]` for each service, as in the files of
/// tvix and snix; the other says only where the store is and what to fetch from:
///
/// ```toml
/// store = "/var/lib/blobs"
/// memory_cache = "256 MiB"
///
/// [[substituter]]
/// url = "grpc+https://cache.example"
/// ```
public struct CompositionFile: Sendable {
    /// What the file describes; the references in it have been checked.
    public let configuration: CompositionConfiguration
    /// What should be written in another way.
    public let notes: [ConfigurationNote]

    private let source: TOMLSource
    private let origins: ServiceOrigins

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - text: What is in the file.
    ///   - fileName: What messages call it.
    ///   - context: What the file may refer to.
    /// - Throws: An error that says what is wrong, and where.
    public init(
        text: String,
        fileName: String? = nil,
        context: ConfigurationContext = ConfigurationContext()
    ) throws(ConfigurationError) {
        source = try TOMLSource(text, fileName: fileName)
        var form = try CompositionForm(source)
        switch form.kind {
        case .tables:
            var reader = try ServiceTables(source, &form.top, context)
            configuration = try reader.read()
            notes = reader.notes.all
            origins = .tables(rootKey: reader.rootKey)
        case .layers:
            var reader = LayersReader(context)
            configuration = try reader.read(&form.top)
            notes = reader.notes.all
            origins = .layers
        }
        try form.top.finish()
        if let problem = configuration.firstProblem() {
            let position = problem.service.map { name in
                self.position(of: name, key: problem.place?.key, index: problem.place?.index)
            }
            throw ConfigurationError(
                problem.message,
                advice: problem.advice,
                position: position ?? SourcePosition(fileName: fileName)
            )
        }
    }

    /// Returns where in the file a service, or one of its options, comes from.
    ///
    /// - Parameters:
    ///   - service: The name of the service in the configuration.
    ///   - key: The option, by the name that `[blobservices.NAME]` has for it.
    ///   - index: Which one it is, from zero on, if the option is an array.
    /// - Returns: The position of the option, or else that of what is around it.
    public func position(
        of service: String,
        key: String? = nil,
        index: Int? = nil
    )
        -> SourcePosition
    {
        let paths = origins.paths(of: service, key: key, index: index)
        for path in paths {
            if let position = source.exactPosition(of: path) { return position }
        }
        return source.position(of: paths.first ?? [])
    }
}
