// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BlobStoreCommand

@Suite struct LogLineTests {
    private let line = LogLine(
        time: "T",
        level: "info",
        message: "call failed",
        fields: [
            ("blob.digest", "af13"), ("empty", ""), ("equal", "a=b"),
            ("odd", "a\"b\\c\n\u{1}\u{7F}\u{E9}"),
        ]
    )

    @Test func `logfmt quotes what needs it`() {
        #expect(
            line.text(.logfmt)
                == #"time=T level=info message="call failed" blob.digest=af13 empty="" equal="a=b""#
                + #" odd="a\"b\\c\n\u0001\u007f"# + "\u{E9}\""
        )
    }

    @Test func `JSON comes back`() throws {
        let text = line.text(.json)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String]
        #expect(object?["odd"] == "a\"b\\c\n\u{1}\u{7F}\u{E9}" && object?["empty"] == "")
        #expect(!text.contains("\n"))
    }

    @Test func `the time is in UTC`() {
        #expect(LogLine.time().wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }
}
