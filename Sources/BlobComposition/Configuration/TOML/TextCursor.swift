// SPDX-License-Identifier: Apache-2.0

/// A place in the bytes of a TOML text.
struct TextCursor {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private var line = 1
    private var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The line and the character, both from one on.
    var position: SourcePosition { SourcePosition(line: line, column: column) }

    /// The next byte.
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    var isAtEndOfLine: Bool {
        switch peek {
        case nil, UInt8(ascii: "\n"): true
        default: starts(with: "\r\n")
        }
    }

    func starts(with text: StaticString) -> Bool { bytes[offset...].starts(with: "\(text)".utf8) }

    mutating func advance(by count: Int = 1) {
        for byte in bytes[offset...].prefix(count) {
            offset += 1
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                column = 1
            // All bytes of a character but the first have this form.
            case 0x80...0xbf: break
            default: column += 1
            }
        }
    }

    /// Advances if this is the next byte, and returns whether it is.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        advance()
        return true
    }

    mutating func skipByteOrderMark() {
        guard bytes.starts(with: [0xef, 0xbb, 0xbf]) else { return }
        offset = 3
    }

    /// Skips spaces, tabs and comments.
    mutating func skipBlanks(andLines: Bool) {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): advance()
            case UInt8(ascii: "#"): while !isAtEndOfLine { advance() }
            case UInt8(ascii: "\n") where andLines: advance()
            case UInt8(ascii: "\r") where andLines && isAtEndOfLine: advance()
            default: return
            }
        }
    }

    /// Stops at the first byte that may stand nowhere in a text.
    mutating func refuseControlCharacters() throws(ScanInterruption) {
        var ahead = self
        while let byte = ahead.peek {
            switch byte {
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"): break
            case UInt8(ascii: "\r") where ahead.isAtEndOfLine: break
            case 0..<0x20, 0x7f:
                self = ahead
                throw .controlCharacter
            default: break
            }
            ahead.advance()
        }
    }

    /// Skips a number, a date or a word.
    mutating func skipBareValue() throws(ScanInterruption) {
        let start = offset
        // A space may stand between a date and a time.
        while let byte = peek, Self.isBare(byte) || " +.:".utf8.contains(byte) { advance() }
        guard offset > start else { throw .expected("a value") }
    }
}
