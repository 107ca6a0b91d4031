// SPDX-License-Identifier: Apache-2.0

extension OptionReader {
    /// Returns a number of bytes: an integer, or a string like `"16 MiB"`.
    ///
    /// - Parameters:
    ///   - key: The key of the option.
    ///   - least: The smallest number that makes sense.
    /// - Returns: The number, or `nil` if the key is not there.
    /// - Throws: An error that says what the value should be.
    public mutating func byteCount(
        _ key: String,
        atLeast least: Int = 0
    ) throws(ConfigurationError) -> Int? {
        let count: Int
        switch value(key) {
        case nil:
            return nil
        case .integer(let number):
            count = number
        case .string(let text):
            do throws(ConfigurationError) {
                count = try ByteCountText.parse(text)
            } catch {
                throw refusal(key, "'\(key)' in \(place): \(error.message)", advice: error.advice)
            }
        case let value?:
            throw mismatch(key, value, "a size such as \"16 MiB\"")
        }
        try check(key, count, atLeast: least)
        return count
    }

    /// Returns a time, which must be longer than none: a string like `"10 s"`.
    public mutating func duration(_ key: String) throws(ConfigurationError) -> Duration? {
        switch value(key) {
        case nil:
            return nil
        case .string(let text):
            do throws(ConfigurationError) {
                return try DurationText.parse(text)
            } catch {
                throw refusal(key, "'\(key)' in \(place): \(error.message)", advice: error.advice)
            }
        case let value?:
            throw mismatch(key, value, "a time such as \"10 s\"")
        }
    }

    /// Returns a count that is one or more.
    mutating func count(_ key: String) throws(ConfigurationError) -> Int? {
        guard let count = try integer(key) else { return nil }
        try check(key, count, atLeast: 1)
        return count
    }

    private func check(
        _ key: String,
        _ number: Int,
        atLeast least: Int
    ) throws(ConfigurationError) {
        guard number >= least else {
            throw refusal(
                key,
                "'\(key)' in \(place) is \(number)",
                advice: "it may not be below \(least)"
            )
        }
    }
}
