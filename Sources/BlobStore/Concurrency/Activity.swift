// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// When a service has last shown a sign of life to whoever waits for it.
///
/// Bytes that have come and cannot be released yet are such a sign.
package final class Activity: Sendable {
    /// Where services tell of it on the way.
    @TaskLocal package static var current: Activity?

    private let last = Mutex(ContinuousClock.now)

    package init() {}

    /// Notes a sign of life.
    package func note() { last.withLock { $0 = .now } }

    /// Waits until there has been none for a time; throws when the task is cancelled.
    package func waitForSilence(of time: Duration) async throws {
        while true {
            let end = last.withLock { $0 } + time
            if end <= .now { return }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
