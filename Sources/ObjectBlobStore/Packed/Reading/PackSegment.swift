// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// A part of a pack.
struct PackSegment: Hashable, Sendable {
    var pack: BLAKE3Digest
    var range: Range<UInt64>

    func covers(_ wanted: PackSegment) -> Bool {
        pack == wanted.pack && range.clamped(to: wanted.range) == wanted.range
    }

    /// What is left if another one is there already, around a part that is wanted, of which the other one may
    /// have some.
    func without(_ other: PackSegment, around wanted: PackSegment) -> PackSegment {
        guard other.pack == pack else { return self }
        var (start, end) = (range.lowerBound, range.upperBound)
        if other.range.lowerBound <= wanted.range.lowerBound {
            start = max(start, min(other.range.upperBound, wanted.range.lowerBound))
        }
        if other.range.upperBound >= wanted.range.upperBound {
            end = min(end, max(other.range.lowerBound, wanted.range.upperBound))
        }
        return PackSegment(pack: pack, range: start..<end)
    }
}
