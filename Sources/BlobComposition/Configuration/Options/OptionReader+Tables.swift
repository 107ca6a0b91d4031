// SPDX-License-Identifier: Apache-2.0

extension OptionReader {
    /// Returns a reader of a table within the options.
    public mutating func table(_ key: String) throws(ConfigurationError) -> OptionReader? {
        switch value(key) {
        case nil: nil
        case .table(let table): nested(table, of: "'\(key)' of \(place)", [.key(key)])
        case let value?: throw mismatch(key, value, "a table")
        }
    }

    /// Returns readers of the tables of an array.
    ///
    /// - Parameters:
    ///   - key: The key of the array.
    ///   - header: What the file has in front of each table, for messages.
    /// - Returns: A reader for each table, or `nil` if the key is not there.
    /// - Throws: An error that says what the value should be.
    public mutating func tables(
        _ key: String,
        header: String
    ) throws(ConfigurationError) -> [OptionReader]? {
        guard let value = value(key) else { return nil }
        guard case .array(let values) = value else {
            throw refusal(
                key,
                "'\(key)' in \(place) must be an array of tables and is \(value.kind)",
                advice: "write \(header) in front of each"
            )
        }
        var readers: [OptionReader] = []
        for (index, value) in values.enumerated() {
            guard case .table(let table) = value else {
                throw mismatch(key, value, "an array of tables with \(header)")
            }
            readers.append(nested(table, of: header, [.key(key), .index(index)]))
        }
        return readers
    }

    /// Returns the one of several words that a key has.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        _ type: Choice.Type
    ) throws(ConfigurationError) -> Choice? {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw refusal(
                key,
                "\(Quoted(text)) is no value of '\(key)'",
                advice: "write \(Spelling.list(Choice.allCases.map(\.rawValue), last: "or"))"
            )
        }
        return choice
    }
}
