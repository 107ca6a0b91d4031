// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// State that several tasks change, and whose changes they wait for.
///
/// Each change that is news wakes all who wait, so this is for state with few of them, or with few
/// changes.
package final class WaitableState<State: Sendable>: Sendable {
    private struct Guarded {
        var state: State
        /// How many changes there have been that are news.
        var version = 0
        var lastWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            version += 1
            defer { waiters = [:] }
            return Array(waiters.values)
        }
    }

    private let guarded: Mutex<Guarded>

    package init(_ state: State) { guarded = Mutex(Guarded(state: state)) }

    /// Looks at the state.
    package func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
        guarded.withLock { body($0.state) }
    }

    /// Changes the state.
    package func update<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        change { (body(&$0), isNews: true) }
    }

    /// Changes the state, and wakes those who wait if it is of interest to any of them.
    package func change<Value: Sendable>(
        _ body: (inout State) -> (Value, isNews: Bool)
    ) -> Value {
        let (value, waiters) = guarded.withLock { guarded in
            let (value, isNews) = body(&guarded.state)
            return (value, isNews ? guarded.takeWaiters() : [])
        }
        for waiter in waiters { waiter.resume() }
        return value
    }

    /// Tries `body` after each change until it returns something; what it changes before is no news.
    ///
    /// `isNews` says then whether those who wait are to be woken.
    ///
    /// - Throws: The code is `cancelled`.
    package func wait<Value: Sendable>(
        isNews: (State) -> Bool = { _ in true },
        until body: (inout State) -> Value?
    ) async throws(BlobError) -> Value {
        while true {
            try BlobError.checkCancellation()
            let (value, version, waiter, waiters) = guarded.withLock { guarded in
                let value = body(&guarded.state)
                guarded.lastWaiter += 1
                let isDone = value != nil && isNews(guarded.state)
                let waiters = isDone ? guarded.takeWaiters() : []
                return (value, guarded.version, guarded.lastWaiter, waiters)
            }
            for waiter in waiters { waiter.resume() }
            if let value { return value }
            await waitForChange(since: version, as: waiter)
        }
    }

    private func waitForChange(since version: Int, as waiter: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = guarded.withLock { guarded in
                    guard guarded.version == version, !Task.isCancelled else { return false }
                    guarded.waiters[waiter] = continuation
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            guarded.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
