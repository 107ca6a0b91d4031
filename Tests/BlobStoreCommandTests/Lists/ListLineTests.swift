// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct ListLineTests {
    private func line(_ path: String) -> [UInt8] {
        Array("\(BLAKE3Digest.empty)  \(path)".utf8)
    }

    @Test(arguments: ["a", "a/b c", " a ", "a  b", "ä", "-", "*"])
    func `an ordinary path is written as it is`(path: String) {
        let entry = ListLine(.empty, FilePath(path))
        #expect(entry.bytes == line(path))
        #expect(ListLine(parsing: entry.bytes) == entry)
    }

    @Test(arguments: [
        ("a\nb", "a\\nb"), ("a\\b", "a\\\\b"), ("a\rb", "a\\rb"), ("\\n", "\\\\n"),
        ("\n\\\n", "\\n\\\\\\n"),
    ])
    func `a path that would break the line is escaped`(path: String, escaped: String) {
        let entry = ListLine(.empty, FilePath(path))
        #expect(entry.bytes == Array("\\".utf8) + line(escaped))
        #expect(ListLine(parsing: entry.bytes) == entry)
    }

    @Test func `a path that is not UTF-8 keeps its bytes`() throws {
        let path = try #require(FilePath(bytes: [0x61, 0xFF, 0xFE, 0x2F, 0x80]))
        let entry = ListLine(.empty, path)
        #expect(entry.bytes.suffix(5) == [0x61, 0xFF, 0xFE, 0x2F, 0x80])
        #expect(ListLine(parsing: entry.bytes)?.path.bytes == path.bytes)
    }

    @Test func `a backslash counts only in a line that begins with one`() {
        #expect(ListLine(parsing: line("a\\nb"))?.path == "a\\nb")
    }

    @Test func `the mark of a binary file is understood`() {
        #expect(ListLine(parsing: Array("\(BLAKE3Digest.empty) *a".utf8))?.path == "a")
    }

    @Test func `malformed lines are refused`() {
        for text in ["", "x", "\(BLAKE3Digest.empty)", "\(BLAKE3Digest.empty) a", "zz  a"] {
            #expect(ListLine(parsing: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(ListLine(parsing: line("")) == nil)
        #expect(ListLine(parsing: line("a\0b")) == nil)
        for escape in ["\\", "a\\", "\\x", "\\0"] {
            #expect(ListLine(parsing: Array("\\".utf8) + line(escape)) == nil, "\(escape)")
        }
    }

    @Test func `a list names the line that is wrong`() {
        let error = #expect(throws: Failure.self) {
            try FileList(parsing: line("a") + Array("\nhello\n".utf8), name: "files.list")
        }
        #expect(error?.status == .damaged)
        #expect(error?.message.hasPrefix("files.list: line 2 ") == true)
    }
}
