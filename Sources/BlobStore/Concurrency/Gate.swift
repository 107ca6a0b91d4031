// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Lets in so many at once, in the order in which they come.
package final class Gate: Sendable {
    /// Somebody who is in, until the last reference goes.
    package final class Permit: Sendable {
        private let gate: Gate

        fileprivate init(_ gate: Gate) { self.gate = gate }

        deinit { gate.leave() }
    }

    private struct State {
        var free: Int
        /// The number of the last one who came to wait, and of the one who is next.
        var last = 0
        var next = 1
        var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]

        mutating func takeNext() -> CheckedContinuation<Bool, Never>? {
            while next <= last {
                defer { next += 1 }
                if let waiter = waiters.removeValue(forKey: next) { return waiter }
            }
            return nil
        }
    }

    private let state: Mutex<State>

    package init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Waits to be let in.
    ///
    /// - Throws: The code is `cancelled`.
    package func enter() async throws(BlobError) -> Permit {
        try BlobError.checkCancellation()
        let isFree = state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
        if isFree { return Permit(self) }
        guard await wait() else { throw BlobError.cancellation }
        return Permit(self)
    }

    /// Runs `body` when let in.
    ///
    /// - Throws: What `body` throws, or `cancelled`.
    package func pass<Value>(
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        let permit = try await enter()
        defer { withExtendedLifetime(permit) {} }
        return try await body()
    }

    private func wait() async -> Bool {
        let waiter = Mutex<Int?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIn: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.last += 1
                    state.waiters[state.last] = continuation
                    waiter.withLock { [last = state.last] in $0 = last }
                    return nil
                }
                if let isIn { continuation.resume(returning: isIn) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                waiter.withLock { $0 }.flatMap { state.waiters.removeValue(forKey: $0) }
            }
            continuation?.resume(returning: false)
        }
    }

    private func leave() {
        let next = state.withLock { state in
            let next = state.takeNext()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
