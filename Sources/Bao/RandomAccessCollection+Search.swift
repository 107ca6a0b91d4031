// SPDX-License-Identifier: Apache-2.0

extension RandomAccessCollection {
    /// The index of the first element of which something is true, or the end if there is none.
    ///
    /// It has to be true of all that follow. Takes logarithmic time.
    package func firstIndex(fromWhichOn isBehind: (Element) -> Bool) -> Index {
        var (low, count) = (startIndex, count)
        while count > 0 {
            let half = count / 2
            let middle = index(low, offsetBy: half)
            if isBehind(self[middle]) {
                count = half
            } else {
                low = index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
