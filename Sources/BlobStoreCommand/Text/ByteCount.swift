// SPDX-License-Identifier: Apache-2.0

/// A number of bytes, for people.
struct ByteCount: CustomStringConvertible {
    private static let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    var rawValue: UInt64

    init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Three digits or so and a unit: `512 B`, `1.5 MiB`, `310 GiB`.
    var description: String {
        guard rawValue >= 1024 else { return "\(rawValue) B" }
        var value = Double(rawValue)
        var unit = -1
        while value >= 1023.5, unit < Self.units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value.rounded(toDigits: value < 9.95 ? 1 : 0)) \(Self.units[unit])"
    }
}

extension Double {
    /// The number as text with so many digits after the point.
    func rounded(toDigits count: Int) -> String {
        let scale = (0..<count).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = UInt64(clampingToWhole: self * scale)
        guard count > 0 else { return "\(scaled)" }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: Swift.max(0, count + 1 - digits.count)) + digits
        return "\(padded.dropLast(count)).\(padded.suffix(count))"
    }
}

extension UInt64 {
    /// Rounds, and takes the nearest number that there is.
    init(clampingToWhole value: Double) {
        self = value >= 0x1p64 ? .max : UInt64(Swift.max(0, value.rounded()))
    }
}
