// SPDX-License-Identifier: Apache-2.0

/// Finds where the keys of a TOML text stand, which the parser does not tell.
///
/// It is run before the parser, and the parser gets only what it understands to the end: no text
/// that nests deeply, and none of the malformed ones whose assertions stop the whole process.
struct KeyScanner {
    /// How many steps there may be from the top of a file to a value.
    static let deepest = 24
    /// How many values there may be.
    static let most = 100_000

    private var text: TextCursor
    private(set) var positions: [[OptionStep]: SourcePosition] = [:]
    /// How many tables each array of tables has.
    private var tableCounts: [[OptionStep]: Int] = [:]
    /// Why it stopped; `nil`: at the end.
    private(set) var interruption: ScanInterruption?

    init(_ bytes: [UInt8]) {
        text = TextCursor(bytes)
    }

    /// Where it stopped.
    var position: SourcePosition { text.position }

    /// Reads the text.
    mutating func scan() {
        do throws(ScanInterruption) {
            try text.refuseControlCharacters()
            try scanLines()
        } catch {
            interruption = error
        }
    }

    private mutating func scanLines() throws(ScanInterruption) {
        var table: [OptionStep] = []
        text.skipByteOrderMark()
        while true {
            text.skipBlanks(andLines: true)
            guard let byte = text.peek else { return }
            if byte == UInt8(ascii: "[") {
                table = try scanHeader()
            } else {
                try scanPair(in: table)
            }
            text.skipBlanks(andLines: false)
            guard text.isAtEndOfLine else { throw .expected("the end of the line") }
        }
    }

    /// Reads `[a.b]` or `[[a.b]]` and returns where the table is.
    private mutating func scanHeader() throws(ScanInterruption) -> [OptionStep] {
        let start = text.position
        text.advance()
        let isArray = text.skip(UInt8(ascii: "["))
        let keys = try scanKey().map(\.key)
        guard text.skip(UInt8(ascii: "]")), !isArray || text.skip(UInt8(ascii: "]")) else {
            throw .expected("']'")
        }
        var path: [OptionStep] = []
        for (number, key) in keys.enumerated() {
            path.append(.key(key))
            note(path, at: start)
            let isLast = number == keys.count - 1
            if isLast, isArray {
                tableCounts[path, default: 0] += 1
            }
            if let count = tableCounts[path] { path.append(.index(count - 1)) }
        }
        note(path, at: start)
        guard positions.count <= Self.most else { throw .tooMany }
        guard path.count <= Self.deepest else { throw .tooDeep }
        return path
    }

    /// Reads `a.b = value`.
    private mutating func scanPair(in table: [OptionStep]) throws(ScanInterruption) {
        var path = table
        for (key, position) in try scanKey() {
            path.append(.key(key))
            note(path, at: position)
        }
        guard text.skip(UInt8(ascii: "=")) else { throw .expected("'='") }
        try scanValue(at: path)
    }

    private mutating func note(_ path: [OptionStep], at position: SourcePosition) {
        positions[path] = positions[path] ?? position
    }

    /// Reads the parts of a key, and the blanks around it.
    private mutating func scanKey() throws(ScanInterruption) -> [(
        key: String, position: SourcePosition
    )] {
        var parts: [(key: String, position: SourcePosition)] = []
        repeat {
            text.skipBlanks(andLines: false)
            let position = text.position
            parts.append((try text.takeKey(), position))
            guard parts.count <= Self.deepest else { throw .tooDeep }
            text.skipBlanks(andLines: false)
        } while text.skip(UInt8(ascii: "."))
        return parts
    }

    private mutating func scanValue(at path: [OptionStep]) throws(ScanInterruption) {
        guard path.count <= Self.deepest else { throw .tooDeep }
        guard positions.count <= Self.most else { throw .tooMany }
        text.skipBlanks(andLines: false)
        switch text.peek {
        case UInt8(ascii: "["): try scanArray(at: path)
        case UInt8(ascii: "{"): try scanInlineTable(at: path)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try text.takeStringValue()
        default: try text.skipBareValue()
        }
    }

    private mutating func scanArray(at path: [OptionStep]) throws(ScanInterruption) {
        text.advance()
        var index = 0
        while true {
            text.skipBlanks(andLines: true)
            if text.skip(UInt8(ascii: "]")) { return }
            let element = path + [.index(index)]
            note(element, at: text.position)
            try scanValue(at: element)
            index += 1
            text.skipBlanks(andLines: true)
            guard text.skip(UInt8(ascii: ",")) || text.peek == UInt8(ascii: "]") else {
                throw .expected("',' or ']'")
            }
        }
    }

    private mutating func scanInlineTable(at path: [OptionStep]) throws(ScanInterruption) {
        text.advance()
        text.skipBlanks(andLines: false)
        if text.skip(UInt8(ascii: "}")) { return }
        repeat {
            try scanPair(in: path)
            text.skipBlanks(andLines: false)
        } while text.skip(UInt8(ascii: ","))
        guard text.skip(UInt8(ascii: "}")) else { throw .expected("',' or '}'") }
    }
}
