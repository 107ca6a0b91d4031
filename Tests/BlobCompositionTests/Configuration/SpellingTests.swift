// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobComposition

@Suite struct SpellingTests {
    private let words = ["near", "far", "window", "same_priority", "object_store_url"]

    @Test(arguments: [
        ("nera", "near"), ("naer", "near"), ("nears", "near"), ("NEAR", "near"),
        ("windwo", "window"), ("samepriority", "same_priority"),
        ("object_stor_url", "object_store_url"), ("objekt_storre_url", "object_store_url"),
    ])
    func `a word that is almost right is found`(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, among: words) == meant)
    }

    @Test(arguments: ["", "x", "volume", "no", String(repeating: "near", count: 1000)])
    func `other words are not`(word: String) {
        #expect(Spelling.nearest(to: word, among: words) == nil)
    }

    @Test func `a list reads like a sentence`() {
        #expect(Spelling.list([String]()) == "none")
        #expect(Spelling.list(["a"]) == "'a'")
        #expect(Spelling.list(["b", "a", "c"]) == "'b', 'a' and 'c'")
        #expect(Spelling.list(Set(["b", "a"]), last: "or", quoted: false) == "a or b")
        #expect(Spelling.list((0..<1000).map(String.init)).count < 200)
    }

    @Test func `a text from outside stays on its line`() {
        #expect("\(Quoted("a\nb\u{1b}\u{202e}'"))" == "'a\\u{a}b\\u{1b}\\u{202e}''")
        #expect("\(Quoted(String(repeating: "x", count: 1000)))".count < 200)
    }
}
