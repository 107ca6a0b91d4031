// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prints lines as they come and remembers whether all targets were met.
package struct Report {
    package private(set) var isPass = true

    package init() {}

    package func heading(_ text: String) {
        print("\n\(text)")
    }

    package func line(_ label: String, _ value: String) {
        print("  " + label.padding(toLength: 34, withPad: " ", startingAt: 0) + value)
    }

    /// Prints a value next to what it should be at least.
    package mutating func target(
        _ label: String,
        _ value: Double,
        atLeast wanted: Double,
        unit: String = "x",
        _ note: String
    ) {
        let isMet = value >= wanted
        isPass = isPass && isMet
        let verdict = isMet ? "PASS " : "BELOW"
        let target = "(target \(wanted.twoDigits)\(unit))"
        line(label, "\(verdict) \(value.twoDigits)\(unit) \(target)  \(note)")
    }
}

extension Double {
    package var twoDigits: String { String(format: "%.2f", self) }
}

/// Bytes in a nanosecond are gigabytes in a second.
package func speed(_ byteCount: Int, _ nanoseconds: Double) -> String {
    (Double(byteCount) / nanoseconds).twoDigits + " GB/s"
}
