// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Synchronization

/// Notices that a server has not moved for too long.
final class StallTimer: Sendable {
    private let timeout: Duration
    private let waitingSince = Mutex<ContinuousClock.Instant?>(nil)

    init(_ timeout: Duration) { self.timeout = timeout }

    /// From now on, if not from before, what happens next depends on the server alone.
    func begin() { waitingSince.withLock { $0 = $0 ?? .now } }

    /// The server has moved.
    func end() { waitingSince.withLock { $0 = nil } }

    /// The cause of an error after which another attempt would only take as long again.
    struct Stalled: Error, CustomStringConvertible {
        var description: String { "it has stalled" }
    }

    /// Throws when the server has stalled, or when the task is cancelled.
    func watch() async throws {
        while true {
            let deadline = (waitingSince.withLock { $0 } ?? .now) + timeout
            if deadline <= .now {
                throw BlobError(.unavailable, "no sign of it for \(timeout)", cause: Stalled())
            }
            try await Task.sleep(until: deadline, clock: .continuous)
        }
    }
}
