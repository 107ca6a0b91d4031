// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A number that is counted down, to have something go wrong so many times.
package final class Countdown: Sendable {
    private let rest: Mutex<Int>

    package init(_ count: Int) { rest = Mutex(count) }

    /// Returns whether there was something left.
    package func take() -> Bool {
        rest.withLock { rest in
            rest -= 1
            return rest >= 0
        }
    }
}
