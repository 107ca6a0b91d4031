// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobComposition

@Suite struct UnitTests {
    @Test(arguments: [
        ("0 B", 0), ("16 MiB", 16 << 20), ("16MiB", 16 << 20), ("1 KiB", 1024), ("3 GiB", 3 << 30),
        ("2 TiB", 2 << 40), ("1 kB", 1000), ("1 MB", 1_000_000), ("1 GB", 1_000_000_000),
        ("8388607 TiB", 8_388_607 << 40), ("007 B", 7),
    ])
    func `a size reads`(text: String, count: Int) throws {
        #expect(try ByteCountText.parse(text) == count)
    }

    @Test(arguments: [
        "", " ", "16", "MiB", "-1 B", "+1 B", "1.5 GiB", "1 mib", "1 PiB", "1  MiB", " 1 MiB",
        "1 MiB ", "8388608 TiB", "9223372036854775808 B", "99999999999999999999999 TB", "1_000 B",
        "١ B", "1 B\u{301}", "0x10 B", "1e3 B",
    ])
    func `what is no size says so`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ByteCountText.parse(text) }
        #expect(error?.advice?.contains("16 MiB") == true)
    }

    @Test(arguments: [0, 1, 1000, 1023, 1024, 1 << 20, (1 << 20) + 1, 5 << 40, Int.max, -1])
    func `a size that is written reads again`(count: Int) throws {
        switch ByteCountText.value(count) {
        case .string(let text): #expect(try ByteCountText.parse(text) == count)
        case let value: #expect(value == .integer(count))
        }
    }

    @Test(arguments: [
        ("10 s", Duration.seconds(10)), ("10s", .seconds(10)), ("500 ms", .milliseconds(500)),
        ("2 min", .seconds(120)), ("1 h", .seconds(3600)), ("3 us", .microseconds(3)),
        ("7 ns", .nanoseconds(7)),
    ])
    func `a time reads`(text: String, duration: Duration) throws {
        #expect(try DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "10", "s", "-1 s", "0 s", "0 ms", "1.5 s", "1 m", "1 sec", "1 S", "9999999999 h",
        "9223372036854775808 ns", "1 s 2",
    ])
    func `what is no time says so`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try DurationText.parse(text) }
        #expect(error?.advice?.contains("10 s") == true)
    }

    @Test(arguments: [
        (Duration.seconds(10), "10 s"), (.milliseconds(1500), "1500 ms"),
        (.microseconds(1), "1 us"), (.nanoseconds(1_000_001), "1000001 ns"),
        (.seconds(3600), "3600 s"), (.seconds(9_000_000_000), "9000000000 s"),
    ])
    func `a time that is written reads again`(duration: Duration, text: String) throws {
        #expect(DurationText.text(duration) == text)
        #expect(try DurationText.parse(text) == duration)
    }

    @Test func `times that cannot be written exactly do not crash`() {
        let odd = [
            Duration.zero, .seconds(-1), .seconds(Int64.max), .seconds(Int64.min),
            Duration(secondsComponent: Int64.max, attosecondsComponent: 5),
            Duration(secondsComponent: 0, attosecondsComponent: 5),
        ]
        for duration in odd { #expect(!DurationText.text(duration).isEmpty) }
    }
}
