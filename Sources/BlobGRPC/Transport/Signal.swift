// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Something that happens once, and can be waited for by one task.
struct Signal: Sendable {
    private let stream: AsyncStream<Never>
    private let input: AsyncStream<Never>.Continuation

    init() { (stream, input) = AsyncStream.makeStream() }

    func fire() { input.finish() }

    /// Returns when it has happened, or when the task is cancelled.
    func wait() async {
        for await _ in stream {}
    }
}

/// A result that comes later.
final class Completion<Value: Sendable, Failure: Error>: Sendable {
    private let result = Mutex<Result<Value, Failure>?>(nil)
    private let done = Signal()

    /// Sets the result; only the first one counts.
    func complete(_ result: Result<Value, Failure>) {
        self.result.withLock { $0 = $0 ?? result }
        done.fire()
    }

    /// The result, if it is there.
    var current: Result<Value, Failure>? { result.withLock { $0 } }

    /// Waits for the result; `nil` if the task is cancelled before.
    func wait() async -> Result<Value, Failure>? {
        await done.wait()
        return current
    }
}
