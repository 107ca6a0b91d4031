// SPDX-License-Identifier: Apache-2.0

/// A number of bytes as people write it.
enum ByteCountText {
    private static let units: [(name: String, factor: Int)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
        ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]

    static func parse(_ text: String) throws(ConfigurationError) -> Int {
        try UnitText.parse(text, units: units, what: "a size", example: "16 MiB")
    }

    /// The shortest exact way to write a number: a string with a unit, or an integer.
    static func value(_ count: Int) -> ConfigurationValue {
        let unit = units.last { $0.factor.nonzeroBitCount == 1 && count % $0.factor == 0 }
        guard count > 0, let unit, unit.factor > 1 else { return .integer(count) }
        return .string("\(count / unit.factor) \(unit.name)")
    }
}
