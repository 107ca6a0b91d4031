// SPDX-License-Identifier: Apache-2.0
import BlobFiles

/// Runs what blocks on threads that are there for that.
///
/// Commands run on such threads as a whole, so that the way there costs nothing.
enum Blocking {
    /// Runs `body` on a thread that may block, unless the task has been cancelled.
    static func run<Value: Sendable>(
        _ body: @Sendable () throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        return try await withTaskExecutorPreference(BlockingTaskExecutor.shared) { try body() }
    }
}
