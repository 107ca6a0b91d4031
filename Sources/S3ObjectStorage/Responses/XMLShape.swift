// SPDX-License-Identifier: Apache-2.0

/// The shape of a document, found out before anybody builds a tree of it: a deep one takes all of the
/// stack, and one of many small elements a hundred times its size of memory.
struct XMLShape {
    /// The deepest element; answers of S3 have 5 levels.
    private static let deepest = 16
    /// The largest number of elements; a page of a thousand objects has some 15,000.
    private static let largestCount = 50_000
    /// The longest tag in bytes.
    private static let longestTag = 4_096

    /// The name of the root.
    private(set) var root = ""
    private var depth = 0
    private var count = 0
    private var rest: ArraySlice<UInt8>

    /// Looks at a document.
    ///
    /// `nil` if it is none, is too deep, has too many elements or a tag that is too long, or defines entities
    /// of its own, which can make a small text a large one.
    init?(of text: [UInt8]) {
        rest = text[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...].dropFirst()
            guard takeMarkup() else { return nil }
        }
        guard count > 0, depth == 0 else { return nil }
    }

    /// Takes what follows a `<`; returns whether it may be there.
    private mutating func takeMarkup() -> Bool {
        if skip("?", to: "?>") || skip("!--", to: "-->") || skip("![CDATA[", to: "]]>") {
            return true
        }
        switch rest.first {
        case UInt8(ascii: "!"), nil: return false
        case UInt8(ascii: "/"):
            depth -= 1
            return takeTag() != nil && depth >= 0
        default:
            count += 1
            depth += 1
            guard depth <= Self.deepest, count <= Self.largestCount else { return false }
            if count == 1 {
                let name = rest.prefix { !" \t\r\n/>".utf8.contains($0) }
                root = String(decoding: name, as: UTF8.self)
            }
            guard let last = takeTag() else { return false }
            if last == UInt8(ascii: "/") { depth -= 1 }
            return true
        }
    }

    /// Takes all up to the `>` of a tag, which may occur in values; returns the byte before it, or `nil` if
    /// there is none or the tag is too long.
    private mutating func takeTag() -> UInt8? {
        var quote: UInt8?
        var last: UInt8?
        let start = rest.startIndex
        while let byte = rest.popFirst(), rest.startIndex - start <= Self.longestTag {
            switch byte {
            case quote: quote = nil
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = quote ?? byte
            case UInt8(ascii: ">") where quote == nil: return last
            default: break
            }
            last = byte
        }
        return nil
    }

    /// Takes what begins and ends in some way; returns whether it has begun in it.
    private mutating func skip(_ beginning: String, to end: String) -> Bool {
        guard rest.starts(with: beginning.utf8) else { return false }
        rest = rest.dropFirst(beginning.utf8.count)
        while !rest.isEmpty, !rest.starts(with: end.utf8) { rest = rest.dropFirst() }
        rest = rest.dropFirst(end.utf8.count)
        return true
    }
}
