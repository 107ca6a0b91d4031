// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage

/// One line of a list of files: a digest, two spaces, a path.
///
/// The same as `b3sum` and `sha256sum` write: if the path has a backslash, a newline or a carriage
/// return, these are written as `\\`, `\n` and `\r`, and the line begins with a backslash.
/// Paths are bytes: those that are not UTF-8 come out as they went in.
struct ListLine: Hashable, Sendable {
    private static let backslash = UInt8(ascii: "\\")
    private static let escapes: [(byte: UInt8, letter: UInt8)] = [
        (backslash, backslash),
        (UInt8(ascii: "\n"), UInt8(ascii: "n")),
        (UInt8(ascii: "\r"), UInt8(ascii: "r")),
    ]

    /// The digest of the content.
    var digest: BLAKE3Digest
    /// The path of the file.
    var path: FilePath

    init(_ digest: BLAKE3Digest, _ path: FilePath) {
        self.digest = digest
        self.path = path
    }

    /// Reads a line that has no newline at its end, or returns `nil` if it is malformed.
    init?(parsing line: some Collection<UInt8>) {
        let isEscaped = line.first == Self.backslash
        let fields = line.dropFirst(isEscaped ? 1 : 0)
        guard let space = fields.firstIndex(of: UInt8(ascii: " ")),
            let digest = DigestText.parse(String(decoding: fields[..<space], as: UTF8.self))
        else { return nil }
        // The second character is a space, or an asterisk if the file was read as binary.
        let rest = fields[space...].dropFirst()
        guard let mode = rest.first, mode == UInt8(ascii: " ") || mode == UInt8(ascii: "*")
        else { return nil }
        let text = Array(rest.dropFirst())
        guard let bytes = isEscaped ? Self.unescape(text) : text,
            let path = FilePath(bytes: bytes)
        else { return nil }
        self.init(digest, path)
    }

    /// The line without a newline at its end.
    var bytes: [UInt8] {
        let name = Self.escape(path.bytes)
        let mark = name.isEscaped ? [Self.backslash] : []
        return mark + Array("\(digest)  ".utf8) + name.bytes
    }

    /// Returns the bytes of a path, without those that would break a line.
    static func escape(_ path: [UInt8]) -> (bytes: [UInt8], isEscaped: Bool) {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in path {
            if let escape = escapes.first(where: { $0.byte == byte }) {
                bytes += [backslash, escape.letter]
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return (bytes, isEscaped)
    }

    private static func unescape(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == backslash else {
                bytes.append(byte)
                continue
            }
            guard let letter = rest.popFirst(),
                let escape = escapes.first(where: { $0.letter == letter })
            else { return nil }
            bytes.append(escape.byte)
        }
        return bytes
    }
}
