// SPDX-License-Identifier: Apache-2.0
package import NIOCore
import Synchronization

/// Reads a range of a blob, and opens the rest of it anew whenever it breaks off for a reason that may
/// pass.
///
/// Each time some bytes have come, breaks are counted from the beginning.
package final class ResumingBody: Sendable {
    private struct State {
        var body: BlobBody.AsyncIterator
        var backoff: Backoff
        /// Where the next byte belongs.
        var position: UInt64
    }

    private let end: UInt64
    private let retryCount: Int
    private let isPassing: @Sendable (BlobError) -> Bool
    private let reopen: @Sendable (ByteRange) async throws(BlobError) -> BlobBody?
    private let state: Mutex<State>

    /// Reads `body`, whose bytes are those of `range` and have been checked.
    package init(
        _ body: BlobBody,
        _ range: Range<UInt64>,
        retryCount: Int,
        isPassing: @escaping @Sendable (BlobError) -> Bool,
        reopen: @escaping @Sendable (ByteRange) async throws(BlobError) -> BlobBody?
    ) {
        end = range.upperBound
        self.retryCount = retryCount
        self.isPassing = isPassing
        self.reopen = reopen
        state = Mutex(
            State(
                body: body.makeAsyncIterator(),
                backoff: Backoff(retryCount),
                position: range.lowerBound
            )
        )
    }

    /// Returns the next bytes, or `nil` at the end.
    package func next() async throws(BlobError) -> ByteBuffer? {
        var state = state.withLock { $0 }
        let bytes = try await next(&state)
        self.state.withLock { $0 = state }
        return bytes
    }

    private func next(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while true {
            do throws(BlobError) {
                guard let bytes = try await state.body.next() else { return nil }
                state.position += UInt64(bytes.readableBytes)
                state.backoff = Backoff(retryCount)
                return bytes
            } catch {
                // All that was asked for may have come, and been proven, before the break.
                if state.position >= end, error.code == .unavailable { return nil }
                try await state.backoff.wait(after: error, isPassing: isPassing(error))
                try await open(&state, after: error)
            }
        }
    }

    private func open(_ state: inout State, after failure: BlobError) async throws(BlobError) {
        do throws(BlobError) {
            let rest = try await reopen(ByteRange(from: state.position, upTo: end))
            guard let rest else { throw failure }
            state.body = rest.makeAsyncIterator()
        } catch {
            // The body that has failed fails again, until it has been tried often enough.
            guard error.code == .unavailable else { throw error }
        }
    }
}
