// SPDX-License-Identifier: Apache-2.0
import Logging
import NIOCore
import Synchronization

/// Closes connections beyond a number.
final class ConnectionLimit: Sendable {
    /// How often it is logged at most that connections are refused.
    private static let noticeInterval: Duration = .seconds(60)

    private let limit: Int
    private let logger: Logger
    private let count = Atomic(0)
    private let lastNotice = Mutex<ContinuousClock.Instant?>(nil)

    init(_ limit: Int, logger: Logger) {
        self.limit = limit
        self.logger = logger
    }

    /// Counts a connection until it is closed, which is at once if there are too many.
    func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        let others = count.wrappingAdd(1, ordering: .relaxed).oldValue
        channel.closeFuture.whenComplete { [self] _ in
            count.wrappingSubtract(1, ordering: .relaxed)
        }
        guard others >= limit else { return channel.eventLoop.makeSucceededVoidFuture() }
        notice()
        return channel.close()
    }

    private func notice() {
        let isDue = lastNotice.withLock { last in
            if let last, last.duration(to: .now) < Self.noticeInterval { return false }
            last = .now
            return true
        }
        if isDue {
            logger.warning("too many connections, refusing more", metadata: ["limit": "\(limit)"])
        }
    }
}
