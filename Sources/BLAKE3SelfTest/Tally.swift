// SPDX-License-Identifier: Apache-2.0

/// How many checks went well and how many did not.
struct Tally: CustomStringConvertible {
    private(set) var passed = 0
    private(set) var failed = 0

    var description: String { "\(passed) passed, \(failed) failed" }

    /// Counts one check and names it if it failed.
    mutating func expect(_ isRight: Bool, _ name: @autoclosure () -> String) {
        if isRight {
            passed += 1
        } else {
            failed += 1
            print("failed: \(name())")
        }
    }

    mutating func add(_ other: Tally) {
        passed += other.passed
        failed += other.failed
    }
}
