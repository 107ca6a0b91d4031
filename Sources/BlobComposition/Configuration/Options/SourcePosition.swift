// SPDX-License-Identifier: Apache-2.0

/// Where in a file something stands.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// The name of the file, if it has one.
    public var fileName: String?
    /// The line, from one on; `nil`: the file as a whole.
    public var line: Int?
    /// The character within the line, from one on.
    public var column: Int?

    /// Creates a position.
    public init(fileName: String? = nil, line: Int? = nil, column: Int? = nil) {
        self.fileName = fileName
        self.line = line
        self.column = column
    }

    /// The parts that are known, with colons between them.
    public var description: String {
        [fileName, line.map(String.init), column.map(String.init)]
            .compactMap { $0 }
            .joined(separator: ":")
    }

    /// The parts that are known and a colon, in front of a message.
    var prefix: String {
        let text = description
        return text.isEmpty ? "" : "\(text): "
    }
}
