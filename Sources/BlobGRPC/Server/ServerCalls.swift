// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import GRPCCore
import Logging
import Synchronization

/// What the methods of all services share: errors, cancellation, logs.
final class ServerCalls: Sendable {
    /// Where content is hashed and stored, away from the event loops.
    let workers: any TaskExecutor
    private let logger: Logger
    private let isShuttingDown = Atomic(false)

    /// How long calls that run may go on when the server ends.
    private let shutdownTimeout: Duration

    init(workers: any TaskExecutor, shutdownTimeout: Duration, logger: Logger) {
        self.workers = workers
        self.shutdownTimeout = shutdownTimeout
        self.logger = logger
    }

    /// Whether new calls are welcome.
    var isServing: Bool { !isShuttingDown.load(ordering: .relaxed) }

    /// From now on the end of the server does not end a call.
    func beginShutdown() { isShuttingDown.store(true, ordering: .relaxed) }

    /// Runs a call: logs it, tells the client as much of what fails as concerns it, and ends it early if the
    /// client no longer waits.
    ///
    /// gRPC signals the end of the server in the same way, and only once: then running calls may go on
    /// for a while, whatever becomes of the client.
    func run<Value: Sendable>(
        _ method: String,
        _ digest: BLAKE3Digest? = nil,
        _ call: IncomingCall,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws(RPCError) -> Value {
        do {
            let value = try await runUntilAbandoned(call, body)
            logger.debug("call", metadata: metadata(method, digest))
            return value
        } catch {
            let answer = RPCError(answering: error, digest)
            log(method, digest, error, answer)
            throw answer
        }
    }

    private func runUntilAbandoned<Value: Sendable>(
        _ call: IncomingCall,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask { [self] in
                try await waitForShutdown(call)
                try await Task.sleep(for: shutdownTimeout)
                throw RPCError(code: .unavailable, message: "the server has ended")
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Returns when gRPC signals to a call that the server ends; fails if its client no longer waits.
    func waitForShutdown(_ call: IncomingCall) async throws {
        try await call.cancellation.cancelled
        if isServing { throw call.abandonment }
    }

    /// Notes that the content of a blob has been moved.
    func log(_ transfer: Transfer) {
        let event = transfer.event
        logger.debug(
            "blob transferred",
            metadata: [
                "direction": "\(event.direction)",
                "blob.digest": "\(event.digest.map { "\($0)" } ?? "-")",
                "blob.size": "\(event.byteCount)", "client.address": "\(event.source)",
            ]
        )
    }

    private func log(
        _ method: String,
        _ digest: BLAKE3Digest?,
        _ error: any Error,
        _ answer: RPCError
    ) {
        let level: Logger.Level =
            switch answer.code {
            case .notFound, .cancelled, .deadlineExceeded, .invalidArgument, .outOfRange,
                .failedPrecondition:
                .debug
            case .dataLoss, .internalError, .unknown: .error
            default: .warning
            }
        logger.log(
            level: level,
            "call failed",
            metadata: metadata(method, digest).merging([
                "rpc.code": "\(answer.code)", "error": "\(error)",
            ]) { $1 }
        )
    }

    private func metadata(_ method: String, _ digest: BLAKE3Digest?) -> Logger.Metadata {
        ["rpc.method": "\(method)", "blob.digest": "\(digest.map { "\($0)" } ?? "-")"]
    }
}
