// SPDX-License-Identifier: Apache-2.0

/// How sockets are made or taken over.
public struct ListeningOptions: Hashable, Sendable {
    /// Who may connect to a unix socket that is made.
    public enum Access: String, CaseIterable, Sendable {
        /// The user of the server.
        case owner
        /// The user and the group of the server.
        case group
        /// All users.
        case everybody

        var mode: UInt32 {
            switch self {
            case .owner: 0o600
            case .group: 0o660
            case .everybody: 0o666
            }
        }
    }

    /// Who may connect to a unix socket; `nil`: what the umask says.
    public var unixAccess: Access?

    /// Whether a unix socket that an earlier server has left is removed.
    ///
    /// Nothing but a socket is removed, and not one at which a server listens.
    public var unlinksUnixSockets = false

    /// Whether `sd-listen` takes descriptor 3 and does not look at the environment.
    public var ignoresActivationEnvironment = false

    /// Whether the clients are to use TLS, which makes a difference for the names only.
    public var isEncrypted = false

    /// Creates options.
    public init() {}
}
