// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Runs what goes on after the function that started it has returned: as children of ``run(on:)``, so
/// that nothing outlives whoever is in charge of it.
package final class BackgroundTasks: Sendable {
    package typealias Work = @concurrent @Sendable () async -> Void

    private struct State {
        /// What has been started and does not run yet.
        var started: [Work] = []
        var isEnded = false

        mutating func takeStarted() -> [Work] {
            defer { started = [] }
            return started
        }
    }

    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    package init() {
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs what has been started, until the task is cancelled.
    package func run(on executor: (any TaskExecutor)? = nil) async {
        await withDiscardingTaskGroup { group in
            func runStarted() {
                for work in state.withLock({ $0.takeStarted() }) {
                    group.addTask(executorPreference: executor, operation: work)
                }
            }
            for await _ in arrivals { runStarted() }
            group.cancelAll()
            state.withLock { $0.isEnded = true }
            // What came last ends at once, and tells who waits for it.
            runStarted()
        }
    }

    /// Starts something; returns whether it will run, which it will not when ``run(on:)`` has ended.
    package func start(_ work: @escaping Work) -> Bool {
        let isStarted = state.withLock { state in
            if !state.isEnded { state.started.append(work) }
            return !state.isEnded
        }
        if isStarted { arrival.yield() }
        return isStarted
    }
}
