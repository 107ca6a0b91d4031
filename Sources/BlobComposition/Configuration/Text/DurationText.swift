// SPDX-License-Identifier: Apache-2.0

/// A time as people write it.
enum DurationText {
    /// Nanoseconds in each.
    private static let units: [(name: String, factor: Int)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("min", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    static func parse(_ text: String) throws(ConfigurationError) -> Duration {
        let count = try UnitText.parse(text, units: units, what: "a time", example: "10 s")
        guard count > 0 else {
            throw ConfigurationError("\(Quoted(text)) is no time at all", advice: "write 10 s")
        }
        return .nanoseconds(count)
    }

    /// The time in seconds, or in a smaller unit if it has to be.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard attoseconds != 0, !nanoseconds.overflow else { return "\(seconds) s" }
        let count = max(1, nanoseconds.partialValue + attoseconds / 1_000_000_000)
        let unit = units.prefix(3).last {
            Int64($0.factor) <= count && count % Int64($0.factor) == 0
        }
        guard let unit else { return "\(count) ns" }
        return "\(count / Int64(unit.factor)) \(unit.name)"
    }
}
