// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs `body` and returns the nanoseconds of processor time that this thread used.
package func threadTime(_ body: () throws -> Void) rethrows -> Double {
    try measure(CLOCK_THREAD_CPUTIME_ID, body)
}

/// Runs `body` and returns the nanoseconds that passed.
package func wallTime(_ body: () throws -> Void) rethrows -> Double {
    try measure(CLOCK_MONOTONIC, body)
}

private func measure(_ clock: clockid_t, _ body: () throws -> Void) rethrows -> Double {
    let start = now(clock)
    try body()
    return now(clock) - start
}

private func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

extension [Double] {
    /// The middle one, which a disturbed measurement does not move.
    package var median: Double { sorted()[count / 2] }
}
