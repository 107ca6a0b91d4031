// SPDX-License-Identifier: Apache-2.0
import BlobStore
import GRPCCore

/// Pauses between attempts, each twice as long as the one before, give or take half.
struct Backoff: Sendable {
    private static let longest: Duration = .seconds(5)

    private var rest: Int
    private var pause: Duration = .milliseconds(100)

    init(_ count: Int) { rest = count }

    /// Waits before another attempt, or throws the error if it is for good or has come too often.
    mutating func wait(after error: BlobError) async throws(BlobError) {
        guard error.mayGoAway, rest > 0 else { throw error }
        rest -= 1
        let time = pause * Double.random(in: 0.5...1.5)
        pause = min(pause * 2, Self.longest)
        do {
            try await Task.sleep(for: time)
        } catch {
            throw BlobError(.cancelled, "cancelled")
        }
    }
}

extension BlobError {
    /// Whether it is worth while to try again.
    ///
    /// After a stall it is not: the wait was long already.
    fileprivate var mayGoAway: Bool {
        guard code == .unavailable, !(cause is StallTimer.Stalled) else { return false }
        switch rpcCode {
        case nil, .unavailable, .resourceExhausted, .aborted, .deadlineExceeded: return true
        default: return false
        }
    }
}

extension Connection {
    /// Tries something that can be repeated without harm until it works, as often as is allowed.
    func retrying<Value>(
        _ body: () async throws(BlobError) -> Value
    ) async throws(BlobError) -> Value {
        var backoff = Backoff(options.retryCount)
        while true {
            do throws(BlobError) {
                return try await body()
            } catch {
                try await backoff.wait(after: error)
            }
        }
    }
}
