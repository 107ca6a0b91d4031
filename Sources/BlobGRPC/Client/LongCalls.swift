// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Synchronization

/// Runs calls that go on after the function that opened them has returned: as children of
/// ``GRPCBlobService/run()``, so that none outlives the connection.
final class LongCalls: Sendable {
    typealias Call = @concurrent @Sendable () async -> Void

    private struct State {
        /// What has been opened and does not run yet.
        var opened: [Call] = []
        var isEnded = false

        mutating func takeOpened() -> [Call] {
            defer { opened = [] }
            return opened
        }
    }

    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs what has been started, until the task is cancelled.
    func run(on executor: any TaskExecutor) async {
        await withDiscardingTaskGroup { group in
            func runOpened() {
                for call in state.withLock({ $0.takeOpened() }) {
                    group.addTask(executorPreference: executor, operation: call)
                }
            }
            for await _ in arrivals { runOpened() }
            group.cancelAll()
            state.withLock { $0.isEnded = true }
            // Those that came last end at once, and tell who waits for them.
            runOpened()
        }
    }

    /// Starts a call.
    func start(_ call: @escaping Call) throws(BlobError) {
        let isStarted = state.withLock { state in
            if !state.isEnded { state.opened.append(call) }
            return !state.isEnded
        }
        guard isStarted else {
            throw BlobError(.unavailable, "the connection is not kept any more")
        }
        arrival.yield()
    }
}
