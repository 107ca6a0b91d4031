// SPDX-License-Identifier: Apache-2.0

/// How one service names another that it uses.
public indirect enum ServiceReference: Hashable, Sendable {
    /// The service of this name, which all that refer to it share.
    case entry(String)
    /// A service of its own, without a name.
    case url(ServiceURL)

    /// The name, if it is one.
    public var entryName: String? {
        switch self {
        case .entry(let name): name
        case .url: nil
        }
    }

    /// The text that a file has for it.
    func text(showingSecrets: Bool) -> String {
        switch self {
        case .entry(let name): "&\(name)"
        case .url(let url): url.text(showingSecrets: showingSecrets)
        }
    }
}
