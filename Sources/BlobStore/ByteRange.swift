// SPDX-License-Identifier: Apache-2.0

/// A half-open range of content bytes whose end may be left open.
public struct ByteRange: Hashable, Sendable {
    /// The whole blob.
    public static let all = ByteRange(from: 0)

    /// The first byte wanted.
    public var lowerBound: UInt64

    /// One past the last byte wanted, or `nil` for "to the end".
    public var upperBound: UInt64?

    /// Creates a range.
    public init(from lowerBound: UInt64, upTo upperBound: UInt64? = nil) {
        self.lowerBound = lowerBound
        self.upperBound = upperBound
    }

    /// Returns the part of a blob of `size` bytes that this range covers.
    ///
    /// An end past the blob is clipped. A start past the blob's end, or an end before the start, is
    /// a ``BlobError/Code-swift.enum/invalidRange``; a start at the end yields an empty range.
    public func resolved(against size: UInt64) throws(BlobError) -> Range<UInt64> {
        guard lowerBound <= size else {
            throw BlobError(.invalidRange, "range starts at \(lowerBound), blob has \(size) bytes")
        }
        let end = min(upperBound ?? size, size)
        guard lowerBound <= end else {
            throw BlobError(.invalidRange, "range ends at \(end), before its start \(lowerBound)")
        }
        return lowerBound..<end
    }
}
