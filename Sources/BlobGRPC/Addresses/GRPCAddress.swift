// SPDX-License-Identifier: Apache-2.0

/// Where a server is, and how to connect to it.
///
/// ``init(url:)`` reads the URLs that tvix and snix use, and `description` writes one.
public struct GRPCAddress: Hashable, Sendable {
    /// What is connected to.
    public enum Endpoint: Hashable, Sendable {
        /// A host name or an IP address without brackets, and a port.
        case host(String, port: Int)
        /// The path of a unix socket.
        case unixSocket(path: String)
    }

    /// What is connected to.
    public var endpoint: Endpoint

    /// How the server is known, and who connects; `nil`: without encryption.
    public var tls: ClientTLS?

    /// Whether ``GRPCBlobService/run()`` fails at once if the server cannot be reached.
    public var waitsForConnection = false

    /// Creates an address.
    public init(_ endpoint: Endpoint, tls: ClientTLS? = nil) {
        self.endpoint = endpoint
        self.tls = tls
    }
}

/// The certificates of a client.
public struct ClientTLS: Hashable, Sendable {
    /// A PEM file with the roots that the certificate of the server must lead to; `nil`: those of the
    /// system.
    public var rootsPath: String?

    /// PEM files with the certificate of the client and its private key; `nil`: it has none.
    public var certificatePath: String?
    public var privateKeyPath: String?

    /// Creates a description of the certificates.
    public init() {}
}
