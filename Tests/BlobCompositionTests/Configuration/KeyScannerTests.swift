// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobComposition

@Suite struct KeyScannerTests {
    /// Returns the line and column of a path such as `a/0/b`.
    private func find(_ path: String, in text: String) -> [Int] {
        var scanner = KeyScanner(Array(text.utf8))
        scanner.scan()
        #expect(scanner.interruption == nil)
        let steps = path.split(separator: "/").map { part in
            Int(part).map { OptionStep.index($0) } ?? .key(String(part))
        }
        let position = scanner.positions[steps]
        return [position?.line, position?.column].compactMap { $0 }
    }

    @Test(arguments: [
        ("a = 1", "a", [1, 1]),
        ("\u{feff}a = 1", "a", [1, 1]),
        ("# a\n\n  b = 2 # b = 3\n\ta= 1", "a", [4, 2]),
        ("x=1\r\na = 1\r\n", "a", [2, 1]),
        ("a.b.c = 1", "a/b", [1, 3]), ("a.b.c = 1", "a/b/c", [1, 5]),
        ("a . 'b' . \"c\" = 1", "a/b/c", [1, 11]),
        ("[a]\n[a.b]\nc = 1", "a/b", [2, 1]), ("[ a . b ]\nc = 1", "a/b/c", [2, 1]),
        ("[[a]]\nx=1\n[[a]]\nx=2", "a/1/x", [4, 1]), ("[[a]]\nx=1\n[[a]]\nx=2", "a/1", [3, 1]),
        ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\nx = 1\n[a.b.c]\ny=1", "a/1/b/0/c/y", [7, 1]),
        ("a = { b = 1, c.d = [1, { e = 2 }] }", "a/b", [1, 7]),
        ("a = { b = 1, c.d = [1, { e = 2 }] }", "a/c/d/1/e", [1, 26]),
        ("a = [ # ]\n  1, [2,\n 3],\n]\nb = 1", "a/1/1", [3, 2]),
        ("a = [ # ]\n  1, [2,\n 3],\n]\nb = 1", "b", [5, 1]),
        ("a = '''x\n'''''\nb = \"\"\"\n\\\"\"\"\\   \n \"\"\"\"\"\nc=1", "c", [6, 1]),
        ("a = \"\\\"# = [\"\nb=''\nc='\\'\nd=1", "d", [4, 1]),
        ("\"a\\u00e9\\n\\\"\" = 1", "aé\n\"", [1, 1]),
        ("ä = 'ü'".replacing("ä", with: "'ä'"), "ä", [1, 1]),
        ("x = { y = 'üü', z = 1 }", "x/z", [1, 17]),
        ("d = 1979-05-27 07:32:00\ne = 1", "e", [2, 1]), ("\"\" = 1\n'b' = 2", "b", [2, 1]),
    ])
    func `a key is found`(text: String, path: String, position: [Int]) {
        #expect(find(path, in: text) == position)
    }

    @Test(arguments: [
        ("a", 1, 2, "'='"), ("a =", 1, 4, "a value"), ("a = \n1", 1, 5, "a value"),
        ("= 1", 1, 1, "a key"), ("[a", 1, 3, "']'"), ("[[a]\n", 1, 5, "']'"),
        ("[{[", 1, 2, "a key"),
        ("a = [1", 1, 7, "',' or ']'"), ("x=1\na = [1 'x']", 2, 8, "',' or ']'"),
        ("a = {b = 1", 1, 11, "',' or '}'"), ("a = {b = 1\n}", 1, 11, "',' or '}'"),
        ("a = \"x", 1, 7, "the end of the string"), ("a = 'é\ny'", 1, 7, "the end of the string"),
        ("a = \"\"\"x\n\"", 2, 2, "the end of the string"), ("a.=1", 1, 3, "a key"),
        ("a = \"\\q\"", 1, 7, "a backslash of another kind"),
        ("a = \"\\ud800\"", 1, 12, "the number of a character"),
        ("a = \"\\u12\"", 1, 10, "a hexadecimal digit"), ("é = 1", 1, 1, "a key"),
        ("a = 1]", 1, 6, "the end of the line"), ("[a] b", 1, 5, "the end of the line"),
        ("\\", 1, 1, "a key"), ("a = é", 1, 5, "a value"), ("a = 1é", 1, 6, "the end of the line"),
    ])
    func `what is no TOML says what should be there`(
        text: String,
        line: Int,
        column: Int,
        expected: String
    ) {
        let error = #expect(throws: ConfigurationError.self) {
            try TOMLSource(text, fileName: "f")
        }
        let message = "this is not TOML: \(expected) should stand here"
        #expect(error?.description == "f:\(line):\(column): \(message)")
    }

    @Test(arguments: 0..<100)
    func `every value has a position`(seed: Int) throws {
        var generator = ConfigurationGenerator(seed: UInt64(seed))
        let source = try TOMLSource(try generator.configuration().toml(), fileName: nil)
        func check(_ value: ConfigurationValue, at path: [OptionStep]) {
            #expect(path.isEmpty || source.exactPosition(of: path) != nil)
            switch value {
            case .table(let table):
                for (key, value) in table { check(value, at: path + [.key(key)]) }
            case .array(let values):
                for (index, value) in values.enumerated() {
                    check(value, at: path + [.index(index)])
                }
            case .string, .integer, .float, .boolean: break
            }
        }
        check(.table(source.values), at: [])
    }

    @Test(arguments: [
        "a = '\u{7}'", "# \u{7f}", "a = 1\r", "\u{1b}", "a = '''\r'''", "\0", "a='''\0'''",
    ])
    func `control characters are refused`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try TOMLSource(text, fileName: nil) }
        #expect(error?.message.hasSuffix("a control character stands here") == true)
        #expect(error?.position?.line == 1)
    }
}
