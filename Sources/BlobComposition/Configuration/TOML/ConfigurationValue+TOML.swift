// SPDX-License-Identifier: Apache-2.0
import TOMLKit

extension ConfigurationValue {
    /// Returns the values of a table of the parser.
    static func values(
        of table: TOMLTable
    ) throws(ConfigurationError) -> [String: ConfigurationValue] {
        var values: [String: ConfigurationValue] = [:]
        for key in table.keys {
            guard let value = table[key] else { continue }
            // TOML compares bytes, Swift compares what people see.
            guard try values.updateValue(ConfigurationValue(value), forKey: key) == nil else {
                throw ConfigurationError(
                    "two keys \(Quoted(key)) differ only in how their letters are encoded",
                    advice: "give them different names"
                )
            }
        }
        return values
    }

    private init(_ value: any TOMLValueConvertible) throws(ConfigurationError) {
        switch value.type {
        case .table: self = .table(try value.table.map(Self.values) ?? [:])
        case .array: self = .array(try value.array.map(Self.elements) ?? [])
        case .string: self = .string(value.string ?? "")
        case .int: self = .integer(value.int ?? 0)
        case .double: self = .float(value.double ?? 0)
        case .bool: self = .boolean(value.bool ?? false)
        case .date: self = .string(value.date.map(Self.text) ?? "")
        case .time: self = .string(value.time.map(Self.text) ?? "")
        case .dateTime: self = .string(value.dateTime.map(Self.text) ?? "")
        }
    }

    private static func elements(
        of array: TOMLArray
    ) throws(ConfigurationError) -> [ConfigurationValue] {
        var elements: [ConfigurationValue] = []
        for value in array { elements.append(try ConfigurationValue(value)) }
        return elements
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func text(_ date: TOMLDate) -> String {
        "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))"
    }

    private static func text(_ time: TOMLTime) -> String {
        let seconds = "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))"
        return time.nanoSecond == 0 ? seconds : "\(seconds).\(padded(time.nanoSecond, 9))"
    }

    private static func text(_ dateTime: TOMLDateTime) -> String {
        var text = "\(text(dateTime.date))T\(text(dateTime.time))"
        if let minutes = dateTime.offset?.offset {
            let size = abs(minutes)
            text += minutes < 0 ? "-" : "+"
            text += "\(padded(size / 60)):\(padded(size % 60))"
        }
        return text
    }
}
