// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import Foundation
import Glibc
import Logging

/// Serves until the process is told to stop.
struct ServerRun {
    /// How much later than it should a server may end before it is made to.
    private static let leeway: Duration = .seconds(2)

    let server: BlobServer
    let shutdownTimeout: Duration
    let logger: Logger

    /// Says where clients connect, and serves them.
    ///
    /// After the first signal running calls may end, within the time for that; after the second one
    /// the process ends at once.
    func serve(_ sockets: [ListeningSocket]) async throws {
        let manager = ServiceManager(ProcessInfo.processInfo.environment)
        let (signals, continuation) = AsyncStream.makeStream(of: CInt.self)
        Interruption.expect(patience: shutdownTimeout + Self.leeway * 2) { signal in
            logger.info("shutting down", metadata: ["signal": "\(signal)"])
            manager.stopping()
            server.beginGracefulShutdown()
            continuation.yield(signal)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals {
                    try await Task.sleep(for: shutdownTimeout)
                    logger.warning("ending the calls that run, as the time for them is over")
                    try await Task.sleep(for: Self.leeway)
                    return
                }
            }
            group.addTask {
                try await server.run(sockets) { try announce(sockets, to: manager) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        logger.info("stopped")
    }

    private func announce(
        _ sockets: [ListeningSocket],
        to manager: ServiceManager
    ) throws(Failure) {
        let output = StandardOutput()
        for socket in sockets {
            logger.info("listening", metadata: ["server.address": "\(socket.name)"])
            try output.print("listening on \(socket.name)")
        }
        try output.flush()
        manager.ready("Listening on \(sockets.map(\.name).joined(separator: ", "))")
    }
}
