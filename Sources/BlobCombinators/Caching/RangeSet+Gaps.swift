// SPDX-License-Identifier: Apache-2.0
import Bao

extension RangeSet<UInt64> {
    /// What of a range is not in the set, in order.
    ///
    /// The first one takes logarithmic time to find.
    func gaps(in range: Range<UInt64>) -> some Sequence<Range<UInt64>> {
        let ranges = ranges
        var index = ranges.firstIndex(fromWhichOn: { $0.upperBound > range.lowerBound })
        var position = range.lowerBound
        return AnyIterator {
            while position < range.upperBound {
                let start = position
                guard index < ranges.endIndex, ranges[index].lowerBound < range.upperBound else {
                    position = range.upperBound
                    return start..<position
                }
                let covered = ranges[index]
                position = covered.upperBound
                index += 1
                if covered.lowerBound > start { return start..<covered.lowerBound }
            }
            return nil
        }
    }
}
