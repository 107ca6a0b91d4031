// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Reports what goes wrong with single inputs while the others go on, and remembers how bad it is.
final class Tally: Sendable {
    private let worst = Mutex(ExitStatus.success)

    /// What the program has to end with.
    var status: ExitStatus { worst.withLock { $0 } }

    /// Tells the user about a failure.
    func report(_ error: any Error) {
        let failure = Failure(error)
        Terminal.note(failure.description)
        note(failure.status)
    }

    /// Remembers a failure that the user has been told about.
    func note(_ status: ExitStatus) {
        worst.withLock { $0 = max($0, status) }
    }

    /// Ends the command if anything went wrong.
    func finish() throws(ExitStatus.End) {
        let status = status
        if status != .success { throw ExitStatus.End(status: status) }
    }
}

extension ExitStatus {
    /// Ends the program without a message, because there has been one.
    struct End: Error {
        var status: ExitStatus
    }
}
