// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// What a server allows.
public struct BlobServerOptions: Sendable {
    /// The largest message that is taken, in bytes.
    public var maximumMessageByteCount = 16 << 20

    /// How many connections are served at once; others are closed.
    public var maximumConnectionCount = 1024

    /// How many calls of one connection are served at once; others wait.
    public var maximumStreamCount = 256

    /// How long running calls are waited for at the end.
    public var shutdownTimeout: Duration = .seconds(30)

    /// How clients are told who the server is, and how it knows them; `nil`: without encryption.
    public var tls: ServerTLS?

    /// How many threads move bytes between sockets and memory; half of the processors, at first.
    public var eventLoopCount = max(1, System.coreCount / 2)

    /// Where content is hashed and stored.
    public var workers: any TaskExecutor = globalConcurrentExecutor

    /// Creates options.
    public init() {}
}

/// The certificates of a server.
public struct ServerTLS: Hashable, Sendable {
    /// A PEM file with the certificate of the server and those that lead to its root.
    public var certificateChainPath: String

    /// A PEM file with the private key.
    public var privateKeyPath: String

    /// A PEM file with the roots that client certificates must lead to; `nil`: anyone may connect.
    public var clientRootsPath: String?

    /// Creates a description of the certificates.
    public init(
        certificateChainPath: String,
        privateKeyPath: String,
        clientRootsPath: String? = nil
    ) {
        self.certificateChainPath = certificateChainPath
        self.privateKeyPath = privateKeyPath
        self.clientRootsPath = clientRootsPath
    }
}
