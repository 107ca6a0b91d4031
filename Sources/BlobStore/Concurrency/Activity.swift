// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// When a service has last shown a sign of life to whoever waits for it.
///
/// Bytes that have come and cannot be released yet are such a sign.
package final class Activity: Sendable {
    /// Where services tell of it on the way.
    @TaskLocal package static var current: Activity?

    private struct State {
        var last = ContinuousClock.now
        var followed: Activity?
    }

    private let state = Mutex(State())

    package init() {}

    /// Notes a sign of life.
    package func note() { state.withLock { $0.last = .now } }

    /// From now on takes each sign of life of another, such as a connection, for one of its own.
    package func follow(_ other: Activity) { state.withLock { $0.followed = other } }

    private var last: ContinuousClock.Instant {
        let state = state.withLock { $0 }
        return max(state.last, state.followed?.last ?? state.last)
    }

    /// Waits until there has been none for a time; throws when the task is cancelled.
    package func waitForSilence(of time: Duration) async throws {
        while true {
            let end = last + time
            if end <= .now { return }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
