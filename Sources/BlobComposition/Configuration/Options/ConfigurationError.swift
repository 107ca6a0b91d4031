// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a configuration.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it is wrong, if that is known.
    public var position: SourcePosition?
    /// What is wrong.
    public var message: String
    /// What to write instead.
    public var advice: String?

    /// Creates an error.
    public init(_ message: String, advice: String? = nil, position: SourcePosition? = nil) {
        self.message = message
        self.advice = advice
        self.position = position
    }

    /// All that is known, in one line.
    public var description: String {
        (position?.prefix ?? "") + (advice.map { "\(message); \($0)" } ?? message)
    }

    /// The same error with a position, if it has none of its own.
    func located(_ position: SourcePosition?) -> ConfigurationError {
        var copy = self
        copy.position = self.position ?? position
        return copy
    }
}
