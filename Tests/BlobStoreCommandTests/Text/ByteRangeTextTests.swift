// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

@testable import BlobStoreCommand

@Suite struct ByteRangeTextTests {
    @Test(arguments: [
        ("0-1024", ByteRange(from: 0, upTo: 1024)), ("5-", ByteRange(from: 5)),
        ("7-7", ByteRange(from: 7, upTo: 7)),
        ("0-18446744073709551615", ByteRange(from: 0, upTo: .max)),
    ])
    func `a range reads`(text: String, range: ByteRange) {
        #expect(ByteRangeText.parse(text) == range)
    }

    @Test(arguments: [
        "", "-", "5", "-5", "2-1", "+1-2", "1-+2", "1--2", "1-2-3", "a-b", " 1-2", "0x1-2",
        "18446744073709551616-", "1.0-2",
    ])
    func `anything else does not`(text: String) {
        #expect(ByteRangeText.parse(text) == nil)
    }
}
