// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// A file of sections, each with settings by name, as the tools of AWS write it.
struct INIFile {
    /// The settings by the title of their section and by name.
    private(set) var sections: [String: [String: String]] = [:]

    /// Reads a file of at most 1 MiB; `nil` if there is none.
    init?(path: String) throws(BlobError) {
        guard let text = try SmallFile.text(of: path) else { return nil }
        self.init(text)
    }

    /// Reads a text; lines that are neither a title nor a setting are skipped, and so are those that
    /// begin with a space, which are settings within a setting.
    init(_ text: String) {
        var title: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else {
                continue
            }
            if first == "[" {
                let words = line.dropFirst().prefix { $0 != "]" }.split(
                    whereSeparator: \.isWhitespace
                )
                title = words.joined(separator: " ")
                if let title { sections[title] = sections[title] ?? [:] }
            } else if let title, let sign = line.firstIndex(of: "=") {
                let name = Self.trimmed(line[..<sign]).lowercased()
                sections[title]?[name] = Self.value(line[line.index(after: sign)...])
            }
        }
    }

    /// A value without what follows a `#` or `;` behind a space.
    private static func value(_ text: Substring) -> String {
        var end = text.endIndex
        var isAfterSpace = false
        for index in text.indices {
            if isAfterSpace, text[index] == "#" || text[index] == ";" {
                end = index
                break
            }
            isAfterSpace = text[index].isWhitespace
        }
        return trimmed(text[..<end])
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        let reversed = start.reversed().drop(while: \.isWhitespace)
        return String(reversed.reversed())
    }
}
