// SPDX-License-Identifier: Apache-2.0
import SystemPackage

/// Where a store is: what `--store` says.
enum StoreLocation: Hashable, Sendable {
    /// A folder on this machine: `local:PATH`, or the path alone.
    case local(FilePath)

    /// Reads a location.
    ///
    /// What looks like a URL of an unknown kind is not taken for a path by accident.
    init(parsing text: String) throws(Failure) {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        guard scheme.endIndex < text.endIndex, text[scheme.endIndex] == ":" else {
            try self.init(path: text)
            return
        }
        guard scheme == "local" else {
            throw Failure(
                .usage,
                "\(text): the kind of store '\(scheme):' is not known",
                advice: "give a folder or local:FOLDER (./\(text) if it is a name)"
            )
        }
        try self.init(path: String(text.dropFirst("local:".count)))
    }

    private init(path: String) throws(Failure) {
        guard !path.isEmpty else { throw Failure(.usage, "--store: names no folder") }
        self = .local(FilePath(path))
    }

    /// Chooses where the store is if `--store` is not given.
    static func standard(in environment: [String: String]) throws(Failure) -> StoreLocation {
        if let text = environment["BLOBSTORE_STORE"], !text.isEmpty {
            return try StoreLocation(parsing: text)
        }
        // A relative path in this variable is to be ignored, says the XDG specification.
        if let folder = environment["XDG_DATA_HOME"], folder.hasPrefix("/") {
            return .local(FilePath(folder).appending("blobstore"))
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return .local(FilePath(home).appending(".local/share/blobstore"))
        }
        throw Failure(
            .usage,
            "no store: HOME is not set",
            advice: "give --store FOLDER or set BLOBSTORE_STORE"
        )
    }
}
