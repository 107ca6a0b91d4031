// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How log lines look.
enum LogFormat: String, CaseIterable {
    /// `key=value` pairs.
    case logfmt
    /// One JSON object.
    case json
}

/// One line of a log.
struct LogLine {
    private static let digits = Array("0123456789abcdef")

    var time: String
    var level: String
    var message: String
    var fields: [(name: String, value: String)]

    /// The time of day in UTC, to the millisecond.
    static func time() -> String {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        var parts = unsafe tm()
        _ = unsafe gmtime_r(&now.tv_sec, &parts)
        func pad(_ number: some BinaryInteger, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let (year, month, day) = unsafe (parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday)
        let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
        let date = "\(year)-\(pad(month, 2))-\(pad(day, 2))"
        let time = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))"
        return "\(date)T\(time).\(pad(now.tv_nsec / 1_000_000, 3))Z"
    }

    /// The line, without a newline anywhere in it.
    func text(_ format: LogFormat) -> String {
        let all = [("time", time), ("level", level), ("message", message)] + fields
        switch format {
        case .logfmt:
            return all.map { "\($0.0)=\(Self.isPlain($0.1) ? $0.1 : Self.quote($0.1))" }
                .joined(separator: " ")
        case .json:
            return "{"
                + all.map { "\(Self.quote($0.0)):\(Self.quote($0.1))" }
                .joined(separator: ",") + "}"
        }
    }

    /// Whether a value needs no quotes in logfmt.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && !#"="\"#.utf8.contains($0)
            }
    }

    /// A text as a string of JSON.
    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += #"\""#
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\r": result += #"\r"#
            case "\t": result += #"\t"#
            case "\0"..."\u{1F}", "\u{7F}":
                let value = Int(scalar.value)
                result += #"\u00"# + String([digits[value >> 4], digits[value & 15]])
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
