// SPDX-License-Identifier: Apache-2.0

/// A time in UTC, to the second, as signatures, lists and HTTP spell it.
struct CalendarTime: Equatable {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private var year: Int
    private var month: Int
    private var day: Int
    private var hour: Int
    private var minute: Int
    private var second: Int

    /// The time some seconds after the beginning of 1970.
    ///
    /// The algorithm counts days from the first of March of the year 0, so that a leap day is the last
    /// one of its year; 400 years have 146,097 days.
    init(secondsSince1970 seconds: Int64) {
        let (days, rest) = Self.divide(Int(seconds), by: 86_400)
        let (era, dayOfEra) = Self.divide(days + 719_468, by: 146_097)
        let leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60)
    }

    /// Reads `2009-10-12T17:50:30.000Z`; a fraction is dropped.
    init?(iso8601 text: String) {
        guard text.hasSuffix("Z") else { return nil }
        let whole = text.dropLast().prefix { $0 != "." }
        let numbers = whole.split(omittingEmptySubsequences: false) { "-T:".contains($0) }
        guard numbers.count == 6, whole.utf8.count == 19 else { return nil }
        self.init(numbers.map(Self.number))
    }

    /// Reads `Mon, 12 Oct 2009 17:50:30 GMT`.
    init?(http text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = Self.months.firstIndex(of: String(words[2]))
        else { return nil }
        let time = words[4].split(separator: ":").map(Self.number)
        guard time.count == 3 else { return nil }
        self.init([Self.number(words[3]), month + 1, Self.number(words[1])] + time)
    }

    /// A number without a sign.
    private static func number(_ text: Substring) -> Int? {
        text.hasPrefix("+") || text.hasPrefix("-") ? nil : Int(text)
    }

    private init?(_ numbers: [Int?]) {
        let found = numbers.compactMap(\.self)
        guard found.count == 6, (1...9_999).contains(found[0]), (1...12).contains(found[1]),
            (1...31).contains(found[2]), (0...23).contains(found[3]), (0...59).contains(found[4]),
            (0...60).contains(found[5])
        else { return nil }
        (year, month, day) = (found[0], found[1], found[2])
        (hour, minute, second) = (found[3], found[4], found[5])
    }

    /// The seconds since the beginning of 1970.
    var secondsSince1970: Int64 {
        let (era, yearOfEra) = Self.divide(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// The day as in `20130524`.
    var date: String { Self.padded(year, 4) + Self.padded(month) + Self.padded(day) }

    /// The time as in `20130524T000000Z`.
    var basic: String {
        "\(date)T\(Self.padded(hour))\(Self.padded(minute))\(Self.padded(second))Z"
    }

    private static func divide(_ number: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
