// SPDX-License-Identifier: Apache-2.0

/// What a configuration may refer to without saying it.
public struct ConfigurationContext: Hashable, Sendable {
    /// The kinds of services that the program has registered.
    public var customTypes: Set<String>

    /// The folder that `~` stands for, if there is one.
    public var homeFolder: String?

    /// A folder or a URL that is used by files that name no store.
    public var defaultStore: String?

    /// Creates a context.
    public init(
        customTypes: Set<String> = [],
        homeFolder: String? = nil,
        defaultStore: String? = nil
    ) {
        self.customTypes = customTypes
        self.homeFolder = homeFolder
        self.defaultStore = defaultStore
    }

    /// Puts the home folder in the place of `~`.
    func expand(_ path: String) throws(ConfigurationError) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        guard let homeFolder, !homeFolder.isEmpty else {
            throw ConfigurationError(
                "\(Quoted(path)): no home folder is known",
                advice: "write a path that begins with '/'"
            )
        }
        return homeFolder + path.dropFirst()
    }
}
