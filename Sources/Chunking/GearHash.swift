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
        // What makes the unchecked loads safe: every offset below lies in the range.
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount)
        var hash = self  // stays in registers, which a seventh of the speed depends on
        defer { self = hash }
        var offset = range.lowerBound
        // Four bytes a turn; which of them matches is for the second loop to find.
        while offset + 4 <= range.upperBound {
            var ahead = hash
            if ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset + 1))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset + 2))
                || ahead.matches(mask, after: unsafe bytes.uncheckedByte(at: offset + 3))
            {
                break
            }
            hash = ahead
            offset += 4
        }
        while offset < range.upperBound {
            if hash.matches(mask, after: unsafe bytes.uncheckedByte(at: offset)) { return offset }
            offset += 1
        }
        return nil
    }

    @inline(__always)
    private mutating func matches(_ mask: UInt64, after byte: UInt8) -> Bool {
        // Only this sum has to wait for the byte before. With the exclusive-or in its way the load
        // is not folded into it, and x86-64 does the sum in one instruction and cycle, not two.
        value = (value << 1) &+ (gearTable[Int(byte)] ^ seed)
        return value & mask == 0
    }
}

extension RawSpan {
    /// - Precondition: The offset lies in the span, which is not checked.
    @unsafe
    @inline(__always)
    fileprivate func uncheckedByte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }
}
