// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Synchronization

/// Runs calls that go on after the function that opened them has returned: as children of
/// ``GRPCBlobService/run()``, so that none outlives the connection.
final class LongCalls: Sendable {
    typealias Call = @concurrent @Sendable () async -> Void

    private let calls: AsyncStream<Call>
    private let input: AsyncStream<Call>.Continuation
    private let isEnded = Atomic(false)

    init() { (calls, input) = AsyncStream.makeStream() }

    /// Runs what has been started, until the task is cancelled.
    func run(on executor: any TaskExecutor) async {
        await withDiscardingTaskGroup { group in
            for await call in calls { group.addTask(executorPreference: executor, operation: call) }
            group.cancelAll()
        }
        isEnded.store(true, ordering: .relaxed)
    }

    /// Starts a call.
    func start(_ call: @escaping Call) throws(BlobError) {
        guard !isEnded.load(ordering: .relaxed) else {
            throw BlobError(.unavailable, "the connection is not kept any more")
        }
        input.yield(call)
    }
}
