// SPDX-License-Identifier: Apache-2.0

/// A value of an option.
///
/// Dates and times are strings. ``OptionReader`` takes tables of values apart.
public indirect enum ConfigurationValue: Hashable, Sendable {
    /// A text, a date or a time.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A number that is written with a fraction or an exponent.
    case float(Double)
    /// Whether something is so.
    case boolean(Bool)
    /// Values in their order, of any types.
    case array([ConfigurationValue])
    /// Values by their keys.
    case table([String: ConfigurationValue])

    /// What people call such a value, with its article.
    var kind: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a number with a fraction"
        case .boolean: "true or false"
        case .array: "an array"
        case .table: "a table"
        }
    }
}
