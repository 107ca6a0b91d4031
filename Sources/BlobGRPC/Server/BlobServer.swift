// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import Logging

/// Serves a ``BlobService`` over gRPC, under the names of tvix and snix and with a service of its own.
public final class BlobServer: Sendable {
    /// Creates a server.
    public init(
        _ service: any BlobService,
        _ options: BlobServerOptions = BlobServerOptions(),
        logger: Logger
    ) {
    }

    /// Serves whoever connects to `sockets` until ``beginGracefulShutdown()`` or cancellation.
    public func run(_ sockets: [ListeningSocket]) async throws(BlobError) {
    }

    /// Takes no more calls, and ends those that run when the time for it is over.
    public func beginGracefulShutdown() {
    }
}
