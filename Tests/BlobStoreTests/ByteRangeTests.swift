// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Testing

private let clipped: [(ByteRange, UInt64, Range<UInt64>)] = [
    (.all, 10, 0..<10),
    (.all, 0, 0..<0),
    (ByteRange(from: 0, upTo: 0), 10, 0..<0),
    (ByteRange(from: 3), 10, 3..<10),
    (ByteRange(from: 3, upTo: 7), 10, 3..<7),
    (ByteRange(from: 3, upTo: 70), 10, 3..<10),
    (ByteRange(from: 10, upTo: 70), 10, 10..<10),
    (ByteRange(from: 0, upTo: .max), .max, 0 ..< .max),
]

@Test(arguments: clipped)
private func `a range is clipped to the blob`(
    range: ByteRange,
    size: UInt64,
    expected: Range<UInt64>
) throws {
    #expect(try range.resolved(against: size) == expected)
}

@Test(arguments: [
    ByteRange(from: 11), ByteRange(from: .max), ByteRange(from: 7, upTo: 3),
    ByteRange(from: .max, upTo: 0),
])
private func `a range outside of a blob of ten bytes is refused`(range: ByteRange) {
    let error = #expect(throws: BlobError.self) { try range.resolved(against: 10) }
    #expect(error?.code == .invalidRange)
}
