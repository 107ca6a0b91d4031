// SPDX-License-Identifier: Apache-2.0

/// The rolling hash: the sum of the gear values of all bytes, each doubled with every byte that
/// follows, so that 64 bytes later nothing is left of it.
struct GearHash {
    private var value: UInt64 = 0
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    /// Takes in the bytes of `range`, up to the first that leaves zeros in all bits of `mask`, and
    /// returns its offset.
    mutating func firstMatch(of mask: UInt64, in bytes: RawSpan, _ range: Range<Int>) -> Int? {
        // This makes the unchecked loads safe: all offsets below are in the range.
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
        var offset = range.lowerBound
        var hash = self
        defer { self = hash }
        // Four at a time; which of them matches is for the second loop to find.
        while range.upperBound &- offset >= 8 {
            var ahead = hash
            if ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 1))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 2))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 3))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 4))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 5))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 6))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset &+ 7))
            {
                break
            }
            hash = ahead
            offset &+= 8
        }
        while offset < range.upperBound {
            if hash.matches(mask, after: unsafe bytes.uncheckedByte(at: offset)) { return offset }
            offset &+= 1
        }
        return nil
    }

    @inline(__always)
    private mutating func matches(_ mask: UInt64, after byte: UInt8) -> Bool {
        // One step waits for the one before, and this sum for nothing else: it is a single
        // instruction, as the exclusive-or keeps the load out of it.
        value = (value << 1) &+ (gearTable[Int(byte)] ^ seed)
        return value & mask == 0
    }
}

extension RawSpan {
    @unsafe
    @inline(__always)
    fileprivate func uncheckedByte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }
}
