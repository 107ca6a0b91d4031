// SPDX-License-Identifier: Apache-2.0
import NIOPosix

/// Runs what blocks on threads that are there for that.
enum Blocking {
    private static let pool = NIOThreadPool.singleton

    /// Runs `body` on a thread that may block, unless the task has been cancelled.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await pool.runIfActive(body)
    }
}
