// SPDX-License-Identifier: Apache-2.0

/// Writes values as TOML has them.
enum TOMLText {
    static func key(_ key: String) -> String {
        let isBare = !key.isEmpty && key.utf8.allSatisfy(TextCursor.isBare)
        return isBare ? key : string(key)
    }

    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory == .control:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Writes a value on one line.
    static func value(_ value: ConfigurationValue) -> String {
        switch value {
        case .string(let text): return string(text)
        case .integer(let number): return "\(number)"
        case .float(let number): return float(number)
        case .boolean(let flag): return "\(flag)"
        case .array(let values):
            return "[\(values.map(Self.value).joined(separator: ", "))]"
        case .table(let table):
            if table.isEmpty { return "{}" }
            let pairs = table.sorted { $0.key < $1.key }.map { name, value in
                "\(key(name)) = \(Self.value(value))"
            }
            return "{ \(pairs.joined(separator: ", ")) }"
        }
    }

    private static func float(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        return number.isInfinite ? (number < 0 ? "-inf" : "inf") : "\(number)"
    }
}
