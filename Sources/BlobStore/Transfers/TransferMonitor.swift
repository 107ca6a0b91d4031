// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import Synchronization

/// Tells whoever wants to know which blobs are being transferred.
///
/// Events are best effort: a watcher that does not keep up misses the oldest ones, and nothing ever waits
/// for one. Each transfer has its progress reported ten times a second at most.
public final class TransferMonitor: Sendable {
    /// How many events wait for a watcher that is slow.
    private static let backlog = 1024

    private struct State {
        var lastTransfer: UInt64 = 0
        var lastWatcher = 0
        var watchers: [Int: AsyncStream<TransferEvent>.Continuation] = [:]
        var isFinished = false
    }

    private let state = Mutex(State())

    /// Creates a monitor that nobody watches.
    public init() {}

    /// Returns the events from now on.
    public func events() -> AsyncStream<TransferEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TransferEvent.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let watcher: Int? = state.withLock { state in
            if state.isFinished { return nil }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        guard let watcher else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: watcher) }
        }
        return stream
    }

    /// Ends the streams of all watchers; there are no events from now on.
    public func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }

    /// Notes that a transfer begins.
    public func begin(
        _ direction: TransferEvent.Direction,
        _ digest: BLAKE3Digest?,
        source: String = "",
        totalByteCount: UInt64? = nil
    ) -> Transfer {
        let number = state.withLock { state in
            state.lastTransfer += 1
            return state.lastTransfer
        }
        let event = TransferEvent(
            transfer: number,
            direction: direction,
            digest: digest,
            source: source,
            kind: .started,
            byteCount: 0,
            totalByteCount: totalByteCount
        )
        publish(event)
        return Transfer(event, of: self)
    }

    func publish(_ event: TransferEvent) {
        // Yielded outside of the lock, which the end of a stream takes as well.
        let watchers = state.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher.yield(event) }
    }
}
