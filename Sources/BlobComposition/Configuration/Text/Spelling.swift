// SPDX-License-Identifier: Apache-2.0

/// Helps with words that are almost right.
enum Spelling {
    private static let longest = 64

    /// A question that names the word most like the one that was written, if one is alike.
    static func suggestion(for word: String, among words: some Sequence<String>) -> String? {
        nearest(to: word, among: words).map { "did you mean \(Quoted($0))?" }
    }

    static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        let word = Array(word.lowercased().unicodeScalars)
        guard word.count <= longest else { return nil }
        let candidates = words.compactMap { candidate -> (word: String, distance: Int)? in
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard letters.count <= longest else { return nil }
            return (candidate, distance(word, letters))
        }
        let best = candidates.min { ($0.distance, $0.word) < ($1.distance, $1.word) }
        guard let best, best.distance <= max(1, word.count / 3), best.distance < word.count else {
            return nil
        }
        return best.word
    }

    /// How many letters are added, left out, replaced or swapped with their neighbour.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }

    /// Words as a sentence lists them, in the order of the alphabet unless they come in an array.
    static func list(
        _ words: some Collection<String>,
        last: String = "and",
        quoted: Bool = true
    )
        -> String
    {
        let shown = words is [String] ? Array(words) : words.sorted()
        var texts = shown.prefix(20).map { quoted ? "\(Quoted($0))" : $0 }
        if shown.count > 20 { texts.append("others") }
        guard let end = texts.popLast() else { return "none" }
        return texts.isEmpty ? end : "\(texts.joined(separator: ", ")) \(last) \(end)"
    }
}
