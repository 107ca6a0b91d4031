// SPDX-License-Identifier: Apache-2.0

/// Which of the two forms a file has.
struct CompositionForm {
    enum Kind {
        /// Tables `[blobservices.NAME]`.
        case tables
        /// The keys ``layerKeys``.
        case layers
    }

    static let layerKeys = [
        "store", "memory_cache", "window", "same_priority", "write", "substituter",
    ]
    /// What other programs keep in the same file.
    private static let foreignKeys = ["directoryservices", "pathinfoservices"]

    let kind: Kind
    /// The keys at the top of the file.
    var top: OptionReader

    init(_ source: TOMLSource) throws(ConfigurationError) {
        var top = OptionReader(source.values, of: "the file", source: source, path: [])
        for key in Self.foreignKeys { _ = top.value(key) }
        let hasTables = top.options["blobservices"] != nil
        let layerKeys = Self.layerKeys.filter { top.options[$0] != nil }
        if hasTables, let first = layerKeys.first {
            throw top.refusal(
                first,
                "\(Spelling.list(layerKeys)) cannot stand beside [blobservices]",
                advice: "write either tables [blobservices.NAME], with one called 'root',"
                    + " or 'store' and [[substituter]]"
            )
        }
        // So that a misspelt key is compared with those of both forms.
        if !hasTables, layerKeys.isEmpty { _ = top.value("blobservices") }
        kind = hasTables ? .tables : .layers
        self.top = top
    }
}
