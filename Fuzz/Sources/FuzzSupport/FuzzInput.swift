// SPDX-License-Identifier: Apache-2.0

/// What libFuzzer hands to one run: bytes, from whose front a target can take other values.
///
/// Whatever is taken beyond the end is zero or empty, so that every input means something.
public struct FuzzInput {
    /// The bytes that have not been taken.
    public private(set) var bytes: ArraySlice<UInt8>

    /// Copies the bytes, so that an array of exactly their number is what the sanitizer guards.
    public init(copying start: UnsafePointer<UInt8>?, count: Int) {
        bytes = unsafe ArraySlice(UnsafeBufferPointer(start: start, count: count))
    }

    /// Takes an integer, little-endian; any value of the type may come out.
    public mutating func takeInteger<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self
    ) -> Value {
        take(upTo: Value.bitWidth / 8).reversed().reduce(0) {
            $0 << 8 | Value(truncatingIfNeeded: $1)
        }
    }

    /// Takes `count` bytes, at least zero, or as many as there are.
    public mutating func take(upTo count: Int) -> [UInt8] {
        let taken = bytes.prefix(count)
        bytes.removeFirst(taken.count)
        return Array(taken)
    }

    /// Takes all bytes that are left.
    public mutating func takeRest() -> [UInt8] {
        take(upTo: bytes.count)
    }
}
