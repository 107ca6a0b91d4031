// SPDX-License-Identifier: Apache-2.0
package import BLAKE3

/// Values of which those that have not been used for long go when there are too many.
///
/// There are two generations of half the limit each. What is used is in the younger one, or moves there;
/// when that is full, it becomes the older one, and what is left in the old one goes. So nothing is sorted,
/// and each call takes the same time.
package struct RecentlyUsed<Value: Sendable>: Sendable {
    private let limit: Int?
    private var younger: [BLAKE3Digest: (value: Value, byteCount: Int)] = [:]
    private var older: [BLAKE3Digest: (value: Value, byteCount: Int)] = [:]
    private var youngerByteCount = 0

    /// Creates an empty collection.
    ///
    /// - Parameter limit: How many bytes the values may have together; `nil`: any number.
    package init(limit: Int?) { self.limit = limit }

    /// All values.
    package var all: [BLAKE3Digest: Value] {
        younger.merging(older) { value, _ in value }.mapValues(\.value)
    }

    /// Returns a value, which counts as used.
    package mutating func use(_ digest: BLAKE3Digest) -> Value? {
        if let entry = younger[digest] { return entry.value }
        guard let entry = older.removeValue(forKey: digest) else { return nil }
        add(entry.value, digest, byteCount: entry.byteCount)
        return entry.value
    }

    /// Adds a value, unless it has more than half of all bytes.
    package mutating func add(_ value: Value, _ digest: BLAKE3Digest, byteCount: Int) {
        if let limit {
            guard byteCount <= limit / 2 else { return }
            if youngerByteCount + byteCount > limit / 2 {
                (older, younger, youngerByteCount) = (younger, [:], 0)
            }
        }
        if let replaced = younger.updateValue((value, byteCount), forKey: digest) {
            youngerByteCount -= replaced.byteCount
        }
        youngerByteCount += byteCount
    }
}
