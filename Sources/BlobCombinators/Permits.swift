// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import Synchronization

/// A number of permits; who finds none waits, and gets one in turn.
final class Permits: Sendable {
    private struct Waiter {
        var number: UInt64
        /// Resumed with whether there is a permit.
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var lastNumber: UInt64 = 0
        var queue = CircularBuffer<Waiter>()
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Runs `body` with a permit.
    func withOne<Value>(
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        guard await take() else { throw BlobError(.cancelled, "cancelled") }
        defer { giveBack() }
        return try await body()
    }

    private func take() async -> Bool {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.queue.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                state.queue.firstIndex { $0.number == number }.map { state.queue.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func giveBack() {
        let next = state.withLock { state in
            let next = state.queue.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.continuation.resume(returning: true)
    }
}
