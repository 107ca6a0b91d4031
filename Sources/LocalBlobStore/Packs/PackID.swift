// SPDX-License-Identifier: Apache-2.0
import SystemPackage

/// Numbers a pack within its store, from 1.
struct PackID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let rawValue: UInt32

    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Reads the number out of a file name such as `000042.pack`.
    init?(fileName: String) {
        guard fileName.hasSuffix(".pack"), let number = UInt32(fileName.dropLast(5)), number > 0
        else { return nil }
        self.init(number)
        guard self.fileName == fileName else { return nil }
    }

    var fileName: String {
        let digits = String(rawValue)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".pack"
    }

    var description: String { fileName }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
