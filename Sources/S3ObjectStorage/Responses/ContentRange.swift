// SPDX-License-Identifier: Apache-2.0

/// Which bytes of an object an answer has, as in `bytes 0-99/1234`, or `bytes */1234` if it has none.
struct ContentRange: Equatable {
    /// The bytes; `nil` if there are none.
    let range: Range<UInt64>?
    /// The size of the object.
    let size: UInt64

    /// Reads a header; `nil` if it makes no sense.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let size = UInt64(halves[1]) else { return nil }
        self.size = size
        if halves[0] == "*" {
            range = nil
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = UInt64(ends[0]), let last = UInt64(ends[1]),
            first <= last, last < size
        else { return nil }
        range = first..<last + 1
    }
}
