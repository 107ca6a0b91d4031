// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import Testing

@testable import BlobComposition

@Suite struct SecretsTests {
    @Test(arguments: [
        ("https://me:hush@host/x", "https://me:***@host/x"),
        ("https://me@host/x", "https://me@host/x"),
        ("https://host/x?a=1&API_Token=hush", "https://host/x?a=1&API_Token=***"),
        ("x:?password=hush%zz", "x:?***"),
        ("x:?%70assword=hush", "x:?%70assword=***"),
        ("x:?", "x:?"), ("/a?100%", "/a?100%"), ("plain", "plain"), ("x:?a=b", "x:?a=b"),
        ("grpc+https://h?tls-client-key-path=/k", "grpc+https://h?tls-client-key-path=/k"),
    ])
    func `only secrets are hidden`(url: String, hidden: String) {
        #expect(Secrets.hide(inURL: url) == hidden)
    }

    @Test func `secrets are found however deep they are`() {
        var url = "https://me:hush@host?token=hush"
        for _ in 0..<20 {
            url = "cache:?far=" + PercentCoding.encode(url)
            #expect(!decoded(Secrets.hide(inURL: url)).contains("hush"))
        }
    }

    private func decoded(_ text: String) -> String {
        var text = text
        while text.contains("%"), let next = PercentCoding.decode(text) { text = next }
        return text
    }

    @Test func `options are hidden by their names`() {
        let value = ConfigurationValue.table([
            "user": .string("me"), "secret": .integer(1),
            "list": .array([.table(["password": .string("hush")]), .string("x:?token=hush")]),
        ])
        #expect(
            Secrets.hide(value, of: "options")
                == .table([
                    "user": .string("me"), "secret": .string("***"),
                    "list": .array([.table(["password": .string("***")]), .string("x:?token=***")]),
                ])
        )
    }
}
