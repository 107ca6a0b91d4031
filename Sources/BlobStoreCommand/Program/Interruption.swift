// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import Synchronization

/// Lets the program end in order when it is told to stop.
///
/// The first signal cancels the work, which removes its temporary files on the way out. If that
/// takes long, because a disk is slow, or if another signal comes, the process ends at once.
struct Interruption {
    private static let patience = DispatchTimeInterval.seconds(5)
    private static let received = Atomic<Int32>(0)

    private let sources: [any DispatchSourceSignal]

    /// What to end with, or `nil` if no signal came.
    var status: Int32? {
        let number = Self.received.load(ordering: .relaxed)
        return number == 0 ? nil : 128 + number
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
        guard earlier == 0 else { _exit(128 + number) }
        cancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) { _exit(128 + number) }
    }
}
