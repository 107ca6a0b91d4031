// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import GRPCCore
import Logging
import Synchronization

/// Tells whoever watches what is being transferred.
final class TransferLog: Sendable {
    typealias Event = Blobstore_V1_TransferEvent

    /// How many events wait for a watcher that is slow.
    private static let backlog = 1024

    private struct State {
        var lastTransfer: UInt64 = 0
        var lastWatcher = 0
        var watchers: [Int: AsyncStream<Event>.Continuation] = [:]
    }

    private let logger: Logger
    private let state = Mutex(State())

    init(logger: Logger) { self.logger = logger }

    /// Returns the events from now on.
    func events() -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(Self.backlog)
        )
        let watcher = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = continuation
            return state.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: watcher) }
        }
        return stream
    }

    /// Ends the streams of all watchers.
    func finish() {
        let watchers = state.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher.finish() }
    }

    /// Notes that a transfer begins.
    func begin(
        _ direction: Event.Direction,
        _ digest: BLAKE3Digest?,
        peer: String,
        total: UInt64? = nil
    ) -> Transfer {
        var event = Event()
        event.transfer = state.withLock { state in
            state.lastTransfer += 1
            return state.lastTransfer
        }
        event.direction = direction
        event.source = peer
        event.state = .started
        if let digest { event.digest = digest.field }
        if let total { event.totalByteCount = total }
        publish(event)
        return Transfer(event, of: self)
    }

    private func publish(_ event: Event) {
        state.withLock { state in
            for watcher in state.watchers.values { watcher.yield(event) }
        }
    }

    /// One transfer, of which events are published ten times a second at most.
    final class Transfer: Sendable {
        private static let interval: Duration = .milliseconds(100)

        private let log: TransferLog
        private let event: Mutex<(Event, published: ContinuousClock.Instant)>

        fileprivate init(_ event: Event, of log: TransferLog) {
            self.log = log
            self.event = Mutex((event, published: .now))
        }

        /// Notes that more bytes have been moved.
        func add(_ byteCount: Int) {
            let due: Event? = event.withLock { current in
                current.0.byteCount += UInt64(byteCount)
                guard current.published.duration(to: .now) >= Self.interval else { return nil }
                current.published = .now
                current.0.state = .running
                return current.0
            }
            if let due { log.publish(due) }
        }

        /// Notes that everything has been moved.
        func finish(_ digest: BLAKE3Digest) {
            var event = event.withLock { $0.0 }
            event.state = .done
            event.digest = digest.field
            log.publish(event)
            log.logger.debug(
                "blob transferred",
                metadata: [
                    "direction": "\(event.direction)", "blob.digest": "\(digest)",
                    "blob.size": "\(event.byteCount)", "client.address": "\(event.source)",
                ]
            )
        }

        /// Notes that the transfer has ended early.
        func fail(_ error: any Error) {
            var event = event.withLock { $0.0 }
            event.state = .failed
            event.status = Blobstore_V1_Status(RPCError(answering: error))
            log.publish(event)
        }
    }
}
