// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import Synchronization

/// One transfer, which reports to a ``TransferMonitor``.
public final class Transfer: Sendable {
    private static let interval: Duration = .milliseconds(100)

    /// The transfer on whose behalf the current task reads; services on the way tell it where the bytes
    /// come from.
    @TaskLocal public static var current: Transfer?

    private struct State {
        var event: TransferEvent
        var published = ContinuousClock.now
    }

    private let monitor: TransferMonitor
    private let state: Mutex<State>

    init(_ event: TransferEvent, of monitor: TransferMonitor) {
        self.monitor = monitor
        state = Mutex(State(event: event))
    }

    /// The event that was published last, with what has been moved since.
    public var event: TransferEvent { state.withLock { $0.event } }

    /// Notes that more bytes have been moved.
    public func add(_ byteCount: Int) {
        let due: TransferEvent? = state.withLock { state in
            state.event.byteCount += UInt64(max(byteCount, 0))
            guard state.published.duration(to: .now) >= Self.interval else { return nil }
            state.published = .now
            state.event.kind = .progressed
            return state.event
        }
        if let due { monitor.publish(due) }
    }

    /// Notes where the bytes come from now.
    public func setSource(_ source: String) {
        let changed: TransferEvent? = state.withLock { state in
            if state.event.source == source { return nil }
            state.event.source = source
            state.event.kind = .progressed
            return state.event
        }
        if let changed { monitor.publish(changed) }
    }

    /// Notes that a source has failed, and another attempt is made.
    public func retry(_ source: String, after error: any Error) {
        publish(.retried(error), source)
    }

    /// Notes that a source has sent what is not the blob.
    public func demote(_ source: String, after error: any Error) {
        publish(.demoted(error), source)
    }

    /// Notes that everything has been moved.
    ///
    /// - Parameter digest: The digest, if it was not known before.
    public func finish(_ digest: BLAKE3Digest? = nil) {
        state.withLock { $0.event.digest = digest ?? $0.event.digest }
        publish(.finished)
    }

    /// Notes that the transfer has ended early.
    public func fail(_ error: any Error) { publish(.failed(error)) }

    private func publish(_ kind: TransferEvent.Kind, _ source: String? = nil) {
        var event = state.withLock { $0.event }
        event.kind = kind
        if let source { event.source = source }
        monitor.publish(event)
    }
}
