// SPDX-License-Identifier: Apache-2.0
import BlobStore
import GRPCCore

extension BlobError {
    /// Whether it is worth while to try again.
    ///
    /// After a stall it is not: the wait was long already.
    var mayGoAway: Bool {
        guard code == .unavailable, !(cause is StallTimer.Stalled) else { return false }
        if let error = cause as? RPCError, LineFailure.isLostConnection(error) { return true }
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
                try await backoff.wait(after: error, isPassing: error.mayGoAway)
            }
        }
    }
}
