// SPDX-License-Identifier: Apache-2.0
package import BlobStore
import NIOCore
import Synchronization

/// Runs what blocks or computes for long on the threads of ``BlockingTaskExecutor``.
package enum Workers {
    /// Runs `body` on a thread that may block: this one, if the task is on one already.
    package static func run<Value: Sendable>(
        _ body: @Sendable () throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        try await withTaskExecutorPreference(BlockingTaskExecutor.shared) { () throws(BlobError) in
            try body()
        }
    }

    /// Runs `body` for 0 up to `count`, on as many threads as there are processors.
    ///
    /// The first failure keeps calls that have not begun from beginning, and is thrown when those
    /// under way have ended.
    package static func forEach(
        _ count: Int,
        _ body: @escaping @Sendable (Int) throws(BlobError) -> Void
    ) async throws(BlobError) {
        guard count > 1 else {
            if count == 1 { try await run { () throws(BlobError) in try body(0) } }
            return
        }
        let next = Counter()
        let failure = await withTaskGroup(of: BlobError?.self) { group in
            for _ in 0..<min(count, NIOCore.System.coreCount) {
                group.addTask(executorPreference: BlockingTaskExecutor.shared) {
                    do throws(BlobError) {
                        while let index = next.take(below: count) { try body(index) }
                        return nil
                    } catch {
                        next.stop()
                        return error
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        if let failure { throw failure }
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)

        func take(below limit: Int) -> Int? {
            let index = value.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < limit ? index : nil
        }

        func stop() { value.store(Int.max / 2, ordering: .relaxed) }
    }
}
