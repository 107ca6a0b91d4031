// SPDX-License-Identifier: Apache-2.0

/// What tells one store from another: the key `packed/index/store-ID` of an object of no bytes, whose ID is 32
/// hexadecimal digits at random.
///
/// It comes with the list of index objects, so that what is known of another store in the same place is
/// forgotten. If two writers have made one at the same time, the first in the order of their digits counts.
struct StoreIdentity: Hashable, Comparable, Sendable {
    private static let prefix = "\(IndexObject.prefix)store-"

    let rawValue: String

    var key: String { Self.prefix + rawValue }

    init?(_ key: String) {
        guard key.hasPrefix(Self.prefix) else { return nil }
        rawValue = String(key.dropFirst(Self.prefix.count))
        guard rawValue.utf8.count == 32 else { return nil }
    }

    private init(rawValue: String) { self.rawValue = rawValue }

    /// Makes one that nobody else has.
    static func new() -> StoreIdentity {
        let digits = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }
        return StoreIdentity(rawValue: digits.joined())
    }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
