// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Synchronization

/// Notices that a server has not moved for too long.
final class StallTimer: Sendable {
    private let timeout: Duration
    private let waitingSince = Mutex<ContinuousClock.Instant?>(nil)

    init(_ timeout: Duration) { self.timeout = timeout }

    /// Runs something that depends on the server alone.
    func timing<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        waitingSince.withLock { $0 = .now }
        defer { waitingSince.withLock { $0 = nil } }
        return try await body()
    }

    /// From now on everything depends on the server.
    func begin() { waitingSince.withLock { $0 = .now } }

    /// Throws when the server has stalled, or when the task is cancelled.
    func watch() async throws {
        while true {
            let deadline = (waitingSince.withLock { $0 } ?? .now) + timeout
            if deadline <= .now {
                throw BlobError(.unavailable, "no sign of the server for \(timeout)")
            }
            try await Task.sleep(until: deadline, clock: .continuous)
        }
    }
}
