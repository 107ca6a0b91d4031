// SPDX-License-Identifier: Apache-2.0

/// The size of a blob before its encoding: 8 bytes, little-endian.
///
/// It is a claim, proven when the last chunk has been checked.
public enum BaoHeader {
    /// The length of a header in bytes.
    public static let byteCount = 8

    /// Calls `body` with the header for a size.
    public static func withBytes<R, E: Error>(
        ofSize size: UInt64,
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try unsafe withUnsafeBytes(of: size.littleEndian) {
            (bytes: UnsafeRawBufferPointer) throws(E) -> R in
            try unsafe body(bytes.bytes)
        }
    }

    /// The size in the first 8 bytes, or `nil` if there are fewer.
    public static func size(in bytes: RawSpan) -> UInt64? {
        guard bytes.byteCount >= byteCount else { return nil }
        return unsafe bytes.unsafeLoadUnaligned(as: UInt64.self).littleEndian
    }
}
