// SPDX-License-Identifier: Apache-2.0

extension TextCursor {
    /// Takes one part of a key: a bare word or a string of one line.
    mutating func takeKey() throws(ScanInterruption) -> String {
        switch peek {
        case UInt8(ascii: "\""): return try takeBasicString()
        case UInt8(ascii: "'"): return try takeLiteralString()
        default: break
        }
        var key: [UInt8] = []
        while let byte = peek, Self.isBare(byte) {
            key.append(byte)
            advance()
        }
        guard !key.isEmpty else { throw .expected("a key") }
        return String(decoding: key, as: UTF8.self)
    }

    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Takes a string of any of the four kinds.
    mutating func takeStringValue() throws(ScanInterruption) {
        if starts(with: "\"\"\"") || starts(with: "'''") {
            try skipLongString()
        } else if peek == UInt8(ascii: "'") {
            _ = try takeLiteralString()
        } else {
            _ = try takeBasicString()
        }
    }

    private mutating func takeLiteralString() throws(ScanInterruption) -> String {
        advance()
        var content: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "'"), byte != UInt8(ascii: "\n") {
            content.append(byte)
            advance()
        }
        guard skip(UInt8(ascii: "'")) else { throw .expected("the end of the string") }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func takeBasicString() throws(ScanInterruption) -> String {
        advance()
        var content: [UInt8] = []
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\\") {
                content += try takeEscape()
            } else {
                content.append(byte)
                advance()
            }
        }
        guard skip(UInt8(ascii: "\"")) else { throw .expected("the end of the string") }
        return String(decoding: content, as: UTF8.self)
    }

    /// Skips a string that may have several lines.
    private mutating func skipLongString() throws(ScanInterruption) {
        guard let quote = peek else { throw .expected("a string") }
        advance(by: 3)
        var quoteCount = 0
        // Up to two quotes may stand directly in front of the three at the end.
        while let byte = peek, quoteCount < 3 || (byte == quote && quoteCount < 5) {
            if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                quoteCount = 0
                if try !skipEndOfLineEscape() { _ = try takeEscape() }
            } else {
                quoteCount = byte == quote ? quoteCount + 1 : 0
                advance()
            }
        }
        guard quoteCount >= 3 else { throw .expected("the end of the string") }
    }

    /// Skips a backslash that takes the end of its line away.
    private mutating func skipEndOfLineEscape() throws(ScanInterruption) -> Bool {
        var ahead = self
        ahead.advance()
        while ahead.skip(UInt8(ascii: " ")) || ahead.skip(UInt8(ascii: "\t")) {}
        guard ahead.isAtEndOfLine, ahead.peek != nil else { return false }
        self = ahead
        return true
    }

    /// Takes a backslash and what belongs to it.
    private mutating func takeEscape() throws(ScanInterruption) -> [UInt8] {
        advance()
        let start = self
        guard let letter = peek else { throw .expected("a letter after the backslash") }
        advance()
        switch letter {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter]
        case UInt8(ascii: "u"): return try takeScalar(digitCount: 4)
        case UInt8(ascii: "U"): return try takeScalar(digitCount: 8)
        default:
            self = start
            throw .expected("a backslash of another kind")
        }
    }

    private mutating func takeScalar(digitCount: Int) throws(ScanInterruption) -> [UInt8] {
        var digits = ""
        for _ in 0..<digitCount {
            guard let digit = peek, Character(Unicode.Scalar(digit)).isHexDigit else {
                throw .expected("a hexadecimal digit")
            }
            digits.unicodeScalars.append(Unicode.Scalar(digit))
            advance()
        }
        guard let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init) else {
            throw .expected("the number of a character")
        }
        guard scalar.value != 0 else { throw .zeroByte }
        return Array(String(scalar).utf8)
    }
}
