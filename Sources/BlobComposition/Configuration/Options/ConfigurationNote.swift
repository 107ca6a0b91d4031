// SPDX-License-Identifier: Apache-2.0

/// Something in a configuration that is understood but should be written in another way.
public struct ConfigurationNote: Hashable, Sendable, CustomStringConvertible {
    /// Where it is.
    public var position: SourcePosition?
    /// What to write instead.
    public var message: String

    /// Creates a note.
    public init(_ message: String, position: SourcePosition? = nil) {
        self.message = message
        self.position = position
    }

    /// All that is known, in one line.
    public var description: String { (position?.prefix ?? "") + message }
}
