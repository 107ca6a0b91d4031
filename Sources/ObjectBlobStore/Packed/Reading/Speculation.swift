// SPDX-License-Identifier: Apache-2.0

/// How much is read that nobody has asked for yet.
///
/// It begins with 64 KiB and doubles, up to 4 MiB, whenever it turns out to be of use. But in whatever order
/// things are asked for, not more than twice their bytes are read, and 8 MiB.
struct Speculation: Sendable {
    private static let longestByteCount = 4 << 20
    /// What use has been in the past does not count for ever.
    private static let creditLimit = 16 << 20

    private var length = 64 << 10
    /// How many bytes may be read that nobody has asked for.
    private var credit = 8 << 20
    private var isUseful = false

    /// How many bytes to read next of which so many are wanted.
    mutating func length(for byteCount: Int) -> Int {
        if isUseful { length = min(length * 2, Self.longestByteCount) }
        isUseful = false
        return max(min(length, byteCount + credit), byteCount, 1)
    }

    /// Has more read next than last.
    mutating func grow() { isUseful = true }

    /// Notes that so many bytes are read, some of which are wanted.
    mutating func noteFetch(byteCount: Int, for wantedByteCount: Int) {
        add(wantedByteCount - (byteCount - wantedByteCount))
    }

    /// Notes that a pack has ended so many bytes before what was asked for.
    mutating func noteEnd(byteCount: Int) { add(byteCount) }

    /// Notes that something was found in what has been read.
    mutating func noteHit(byteCount: Int) {
        isUseful = true
        // What it was charged is given back, and as much may be read in vain.
        add(2 * byteCount)
    }

    private mutating func add(_ byteCount: Int) {
        credit = max(min(credit + byteCount, Self.creditLimit), 0)
    }
}
