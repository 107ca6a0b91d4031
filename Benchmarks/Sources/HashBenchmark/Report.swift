// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prints lines as they come and remembers whether all targets were met.
struct Report {
    private(set) var isPass = true

    func heading(_ text: String) {
        print("\n\(text)")
    }

    func line(_ label: String, _ value: String) {
        print("  " + label.padding(toLength: 34, withPad: " ", startingAt: 0) + value)
    }

    /// Prints a ratio next to what it should be at least.
    mutating func target(_ label: String, _ ratio: Double, atLeast wanted: Double, _ note: String) {
        let isMet = ratio >= wanted
        isPass = isPass && isMet
        let verdict = isMet ? "PASS " : "BELOW"
        line(label, "\(verdict) \(ratio.twoDigits)x (target \(wanted.twoDigits)x)  \(note)")
    }
}

extension Double {
    var twoDigits: String { String(format: "%.2f", self) }
}

/// Bytes in a nanosecond are gigabytes in a second.
func speed(_ byteCount: Int, _ nanoseconds: Double) -> String {
    (Double(byteCount) / nanoseconds).twoDigits + " GB/s"
}
