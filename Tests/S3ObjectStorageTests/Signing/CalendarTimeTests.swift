// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import S3ObjectStorage

@Suite struct CalendarTimeTests {
    @Test(arguments: [
        ("2009-10-12T17:50:30.000Z", 1_255_369_830), ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T23:59:59.999999Z", 1_709_251_199), ("1969-12-31T23:59:59Z", -1),
        ("2000-03-01T00:00:00Z", 951_868_800),
    ])
    func readsISO(_ text: String, _ seconds: Int64) throws {
        #expect(try #require(CalendarTime(iso8601: text)).secondsSince1970 == seconds)
    }

    @Test(arguments: [
        "", "Z", "2009-10-12", "2009-13-12T17:50:30Z", "2009-10-12T17:50:30+02:00",
        "2009-10-12T17:50Z", "0000-10-12T17:50:30Z", "2009-10-12T17:50:+3Z", "9-9-9T9:9:9Z",
    ])
    func refusesOtherTexts(_ text: String) { #expect(CalendarTime(iso8601: text) == nil) }

    @Test func readsHTTP() {
        let time = CalendarTime(http: "Mon, 12 Oct 2009 17:50:30 GMT")
        #expect(time?.secondsSince1970 == 1_255_369_830)
        #expect(CalendarTime(http: "Monday, 12-Oct-09 17:50:30 GMT") == nil)
        #expect(CalendarTime(http: "Mon, 12 Oct 2009 17:50 GMT") == nil)
    }

    @Test func isTheCalendarOfFoundation() {
        for _ in 0..<1_000 {
            let seconds = Int64.random(in: -11_000_000_000...200_000_000_000)
            let time = CalendarTime(secondsSince1970: seconds)
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            #expect(time.basic == expected.filter { $0 != "-" && $0 != ":" })
            #expect(CalendarTime(iso8601: expected) == time)
            #expect(time.secondsSince1970 == seconds)
        }
    }
}
