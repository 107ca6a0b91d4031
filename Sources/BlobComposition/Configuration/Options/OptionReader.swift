// SPDX-License-Identifier: Apache-2.0

/// Takes the options of a service apart.
///
/// Ask for each key that may be there, then call ``finish()``, which refuses all others:
///
/// ```swift
/// var reader = OptionReader(custom.options, of: "the service 'tape'")
/// guard let device = try reader.string("device") else { throw reader.missing("device") }
/// let speed = try reader.integer("speed") ?? 1
/// try reader.finish()
/// ```
public struct OptionReader: Sendable {
    /// The options as they are.
    public let options: [String: ConfigurationValue]
    /// What has these options, for messages.
    let place: String
    private let source: TOMLSource?
    private let path: [OptionStep]
    private var known: Set<String> = []

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - options: The options.
    ///   - place: What has these options, for messages.
    public init(_ options: [String: ConfigurationValue], of place: String) {
        self.init(options, of: place, source: nil, path: [])
    }

    init(
        _ options: [String: ConfigurationValue],
        of place: String,
        source: TOMLSource?,
        path: [OptionStep]
    ) {
        self.options = options
        self.place = place
        self.source = source
        self.path = path
    }

    /// Returns the value of a key, whatever it is; `nil` if it is not there.
    public mutating func value(_ key: String) -> ConfigurationValue? {
        known.insert(key)
        return options[key]
    }

    /// Returns a string.
    public mutating func string(_ key: String) throws(ConfigurationError) -> String? {
        switch value(key) {
        case nil: nil
        case .string(let text): text
        case let value?: throw mismatch(key, value, "a string")
        }
    }

    /// Returns an integer.
    public mutating func integer(_ key: String) throws(ConfigurationError) -> Int? {
        switch value(key) {
        case nil: nil
        case .integer(let number): number
        case let value?: throw mismatch(key, value, "an integer")
        }
    }

    /// Returns a number, which may be written as an integer.
    public mutating func float(_ key: String) throws(ConfigurationError) -> Double? {
        switch value(key) {
        case nil: nil
        case .float(let number): number
        case .integer(let number): Double(number)
        case let value?: throw mismatch(key, value, "a number")
        }
    }

    /// Returns whether something is so.
    public mutating func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
        switch value(key) {
        case nil: nil
        case .boolean(let flag): flag
        case let value?: throw mismatch(key, value, "true or false")
        }
    }

    /// Returns the values of an array.
    public mutating func array(_ key: String) throws(ConfigurationError) -> [ConfigurationValue]? {
        switch value(key) {
        case nil: nil
        case .array(let values): values
        case let value?: throw mismatch(key, value, "an array")
        }
    }

    /// Says that a key is not there.
    public func missing(_ key: String, advice: String? = nil) -> ConfigurationError {
        let unknown = options.keys.filter { !known.contains($0) }
        if source != nil, let other = Spelling.nearest(to: key, among: unknown) {
            return unknownKey(other, advice: "did you mean '\(key)'?")
        }
        return ConfigurationError(
            "the key '\(key)' is missing in \(place)",
            advice: advice,
            position: source?.position(of: path)
        )
    }

    /// Says what is wrong with the value of a key.
    public func refusal(
        _ key: String,
        _ message: String,
        advice: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(message, advice: advice, position: position(key))
    }

    /// Refuses keys that nobody has asked for.
    public func finish() throws(ConfigurationError) {
        guard let key = options.keys.filter({ !known.contains($0) }).min() else { return }
        let near = Spelling.suggestion(for: key, among: known)
        throw unknownKey(
            key,
            advice: near ?? (known.isEmpty ? nil : "known are \(Spelling.list(known))")
        )
    }

    private func unknownKey(_ key: String, advice: String?) -> ConfigurationError {
        refusal(key, "unknown key \(Quoted(key)) in \(place)", advice: advice)
    }

    func position(_ key: String, index: Int? = nil) -> SourcePosition? {
        source?.position(of: path + [.key(key)] + (index.map { [.index($0)] } ?? []))
    }

    func mismatch(
        _ key: String,
        _ value: ConfigurationValue,
        _ expected: String
    ) -> ConfigurationError {
        refusal(key, "'\(key)' in \(place) must be \(expected) and is \(value.kind)")
    }

    func nested(
        _ options: [String: ConfigurationValue],
        of place: String,
        _ steps: [OptionStep]
    ) -> OptionReader {
        OptionReader(options, of: place, source: source, path: path + steps)
    }
}
