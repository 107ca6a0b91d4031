// SPDX-License-Identifier: Apache-2.0
import BlobStore

/// A byte range as people write it: `A-B` is from A up to and without B, `A-` to the end.
enum ByteRangeText {
    /// Reads a range, or returns `nil` if the text is none, or ends before it starts.
    static func parse(_ text: String) -> ByteRange? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = number(parts[0]) else { return nil }
        if parts[1].isEmpty { return ByteRange(from: start) }
        guard let end = number(parts[1]), start <= end else { return nil }
        return ByteRange(from: start, upTo: end)
    }

    private static func number(_ digits: Substring) -> UInt64? {
        // UInt64 by itself would take a plus sign.
        digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ? UInt64(digits) : nil
    }
}
