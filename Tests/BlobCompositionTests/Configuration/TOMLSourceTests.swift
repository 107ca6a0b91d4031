// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobComposition

@Suite struct TOMLSourceTests {
    @Test func `all types of values come over`() throws {
        let source = try TOMLSource(
            """
            s = "ä\\n\\u00e9"
            i = -3
            h = 0xff
            f = 1.5
            e = 1e3
            b = true
            a = [1, "x", [], {}]
            d = 1979-05-27
            t = 07:32:00.5
            l = 1979-05-27T07:32:00
            o = 1979-05-27 07:32:00-01:30
            z = 1979-05-27T07:32:00Z
            n.o = {p.q = 1}
            """,
            fileName: nil
        )
        #expect(
            source.values == [
                "s": .string("ä\né"), "i": .integer(-3), "h": .integer(255), "f": .float(1.5),
                "e": .float(1000), "b": .boolean(true),
                "a": .array([.integer(1), .string("x"), .array([]), .table([:])]),
                "d": .string("1979-05-27"), "t": .string("07:32:00.500000000"),
                "l": .string("1979-05-27T07:32:00"), "o": .string("1979-05-27T07:32:00-01:30"),
                "z": .string("1979-05-27T07:32:00+00:00"),
                "n": .table(["o": .table(["p": .table(["q": .integer(1)])])]),
            ]
        )
    }

    @Test func `an error of syntax says where it is`() {
        let error = #expect(throws: ConfigurationError.self) {
            try TOMLSource("a = 1\n\nb = = 2\n", fileName: "blobs.toml")
        }
        #expect(error?.description.hasPrefix("blobs.toml:3:5: this is not TOML: ") == true)
    }

    @Test(arguments: [
        "a = 1\na = 2", "[a]\n[a]", "a = 1\n[a.b]", "a = 08", "a = 1 1", "a = [1 2]", "a = -",
        "a = tru", "a = 1:", "a = {b=1, b=2}",
    ])
    func `what only the parser notices is an error too`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try TOMLSource(text, fileName: nil) }
        #expect(error?.message.hasPrefix("this is not TOML: ") == true)
        #expect(error?.position?.line != nil)
    }

    @Test(arguments: ["a = \"\\u0000\"", "\"\\U00000000\" = 1"])
    func `zero bytes are refused`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try TOMLSource(text, fileName: nil) }
        #expect(error?.message.contains("zero byte") == true)
    }

    @Test func `keys that look the same are refused`() {
        let error = #expect(throws: ConfigurationError.self) {
            try TOMLSource("[x]\n\"\u{e9}\" = 1\n\"e\u{301}\" = 2", fileName: "f")
        }
        #expect(error?.description.hasPrefix("f: two keys 'é' differ only") == true)
    }

    @Test func `a file that is too large is refused`() throws {
        let fits = "a = '" + String(repeating: "x", count: TOMLSource.largest - 6) + "'"
        #expect(try TOMLSource(fits, fileName: nil).values.count == 1)
        #expect(throws: ConfigurationError.self) { try TOMLSource(fits + "\n", fileName: nil) }
    }

    private static let deep = [
        String(repeating: "a.", count: 300_000) + "a = 1",
        "[" + String(repeating: "a.", count: 300_000) + "a]",
        "[[" + String(repeating: "a.", count: 300_000) + "a]]",
        "a = " + String(repeating: "[", count: 500_000),
        "a = " + String(repeating: "{a=", count: 300_000),
        "a = " + String(repeating: "[{a.b=", count: 100_000),
        "[a.a.a.a.a.a.a.a.a.a.a.a.a]\nb.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b = 1",
        (0..<20).map { "[[" + Array(repeating: "a", count: $0 + 1).joined(separator: ".") + "]]\n" }
            .joined(),
    ]

    @Test(arguments: deep.indices)
    func `deep nesting is refused`(index: Int) {
        let error = #expect(throws: ConfigurationError.self) {
            try TOMLSource(Self.deep[index], fileName: nil)
        }
        #expect(error?.message.contains("deep") == true)
    }

    @Test(arguments: [
        "a = [" + String(repeating: "1,", count: 500_000) + "]",
        String(repeating: "[[a]]\n", count: 170_000),
        "a = [" + String(repeating: "{},", count: 300_000) + "]",
    ])
    func `very many values are refused`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try TOMLSource(text, fileName: nil) }
        #expect(error?.message.contains("more than") == true)
    }

    @Test func `dots in front of a mistake do not reach the parser`() {
        let text = "é" + String(repeating: ".a", count: 400_000) + " = 1"
        #expect(throws: ConfigurationError.self) { try TOMLSource(text, fileName: nil) }
    }
}
