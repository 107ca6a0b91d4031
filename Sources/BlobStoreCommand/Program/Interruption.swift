// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import Synchronization

/// Lets the program end in order when it is told to stop.
///
/// The first signal cancels the work, which removes its temporary files on the way out. If that
/// takes long, because a disk is slow, or if another signal comes, the process ends at once. A command
/// that is meant to be ended in this way says what is to happen instead.
struct Interruption {
    private struct Plan {
        var patience: Duration
        var begin: @Sendable (Int32) -> Void
    }

    private static let patience: Duration = .seconds(5)
    /// A signal that comes again so soon is the same one, sent to the process and to its group, as
    /// `timeout` does.
    private static let echo: Duration = .milliseconds(300)
    private static let received = Atomic<Int32>(0)
    private static let receivedAt = Mutex<ContinuousClock.Instant?>(nil)
    /// What a command does that expects a signal.
    private static let plan = Mutex<Plan?>(nil)

    private let sources: [any DispatchSourceSignal]

    /// What to end with, or `nil` if no signal came.
    var status: Int32? {
        let number = Self.received.load(ordering: .relaxed)
        return number == 0 || Self.plan.withLock { $0 != nil } ? nil : 128 + number
    }

    /// From now on the first signal calls `begin` in place of cancelling the work, and is no failure if
    /// the work then ends within the time that is given.
    static func expect(patience: Duration, _ begin: @escaping @Sendable (Int32) -> Void) {
        plan.withLock { $0 = Plan(patience: patience, begin: begin) }
    }

    /// Begins to listen; `cancel` is called at the first signal.
    init(cancel: @escaping @Sendable () -> Void) {
        // Who starts the program with 'nohup' does not want it to end with the terminal.
        let numbers = [SIGINT, SIGTERM, SIGHUP].filter { !Self.isIgnored($0) }
        sources = numbers.map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { Self.handle(number, cancel) }
            source.resume()
            return source
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        let (handler, ignore) = unsafe (action.__sigaction_handler.sa_handler, SIG_IGN)
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(ignore, to: Int.self)
    }

    private static func handle(_ number: Int32, _ cancel: () -> Void) {
        let earlier = received.exchange(number, ordering: .relaxed)
        guard earlier == 0 else {
            let first = receivedAt.withLock { $0 } ?? .now
            if first.duration(to: .now) > echo { _exit(128 + number) }
            return
        }
        receivedAt.withLock { $0 = .now }
        let plan = plan.withLock { $0 }
        if let plan { plan.begin(number) } else { cancel() }
        let time = (plan?.patience ?? patience) / .seconds(1)
        DispatchQueue.global().asyncAfter(deadline: .now() + time) { _exit(128 + number) }
    }
}
