// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobStoreCommand

@Suite struct NumberTextTests {
    @Test(arguments: [
        (UInt64(0), "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
        (10_239, "10 KiB"), (1_048_575, "1.0 MiB"), (1 << 20, "1.0 MiB"), (330 << 20, "330 MiB"),
        (UInt64.max, "16 EiB"),
    ])
    func `bytes are written for people`(count: UInt64, text: String) {
        #expect(ByteCount(count).description == text)
    }

    @Test(arguments: [
        (0.0, "0.00"), (1.0, "1.00"), (2.346, "2.35"), (0.05, "0.05"), (12.5, "12.50"),
    ])
    func `ratios have two digits`(value: Double, text: String) {
        #expect(value.rounded(toDigits: 2) == text)
    }

    @Test func `progress with a known total has a bar`() {
        let text = ProgressText.line(
            "get",
            bytes: 256 << 20,
            total: 1 << 30,
            files: 0,
            seconds: 0.5
        )
        #expect(
            text == "get: [#####...............] 25 %, 256 MiB of 1.0 GiB, 512 MiB/s, 2 s left"
        )
    }

    @Test func `progress without a total counts`() {
        let text = ProgressText.line("put", bytes: 3 << 20, total: nil, files: 7, seconds: 2)
        #expect(text == "put: 7 files, 3.0 MiB, 1.5 MiB/s")
    }

    @Test(arguments: [(UInt64(0), UInt64(0)), (10, 5), (.max, 1)])
    func `no number breaks the line`(bytes: UInt64, total: UInt64) {
        let text = ProgressText.line("x", bytes: bytes, total: total, files: 0, seconds: 0)
        #expect(text.hasPrefix("x: "))
    }
}
