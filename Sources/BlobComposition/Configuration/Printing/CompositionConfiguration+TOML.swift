// SPDX-License-Identifier: Apache-2.0

extension CompositionConfiguration: CustomStringConvertible {
    /// The configuration as ``toml(showingSecrets:)`` prints it, without secrets.
    public var description: String { toml() }

    /// Returns a file that describes the same graph, with all options that are in effect.
    ///
    /// - Parameter showingSecrets: Whether passwords and keys stand in it; otherwise `***` does.
    /// - Returns: TOML with a table `[blobservices.NAME]` for each service. With its secrets it
    ///   reads as an equal configuration.
    public func toml(showingSecrets: Bool = false) -> String {
        var tables: [String] = []
        for name in names {
            guard let service = services[name] else { continue }
            let header = "blobservices.\(TOMLText.key(name))"
            let pairs =
                [("type", .string(service.typeName))]
                + service.options(showingSecrets: showingSecrets)
            tables.append(Self.table("[\(header)]", pairs))
            tables += service.sourceOptions(showingSecrets: showingSecrets)
                .map { Self.table("[[\(header).source]]", $0) }
        }
        return tables.joined(separator: "\n")
    }

    private static func table(
        _ header: String,
        _ pairs: ServiceConfiguration.Options
    ) -> String {
        let lines = pairs.map { "\(TOMLText.key($0)) = \(TOMLText.value($1))\n" }
        return "\(header)\n\(lines.joined())"
    }
}
