// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import S3ObjectStorage

@Suite struct XMLShapeTests {
    private func root(_ text: String) -> String? { XMLShape(of: Array(text.utf8))?.root }

    @Test(arguments: [
        "<a/>", "<a></a>", "<?xml version='1.0'?>\n<a><b>&lt;</b></a>\n",
        "<a x='>' y=\"/>'\"><b/></a>", "<a><!-- <b> --><![CDATA[<b>]]></a>", "<a\n/>",
        "<a>/></a>",
    ])
    func findsTheRoot(_ text: String) { #expect(root(text) == "a") }

    @Test(arguments: [
        "", "a", "<", "<a", "<a>", "</a>", "<a></a></a>", "<!DOCTYPE a><a/>", "<a><!ENTITY></a>",
        "<a x='></a>", "<a><b></a>", "<!-- <a/>",
    ])
    func refusesOtherTexts(_ text: String) { #expect(root(text) == nil) }

    @Test func refusesWhatIsTooMuch() {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>/>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(root(nested(16)) == "a")
        #expect(root(nested(17)) == nil)
        #expect(root(nested(1_000_000)) == nil)
        #expect(root("<a>" + String(repeating: "<b/>", count: 49_999) + "</a>") == "a")
        #expect(root("<a>" + String(repeating: "<b/>", count: 50_000) + "</a>") == nil)
        #expect(root("<a" + String(repeating: " ", count: 5_000) + "/>") == nil)
    }
}
