// SPDX-License-Identifier: Apache-2.0

/// What ``ObjectBlobService/collectGarbage(olderThan:)`` has done.
public struct GarbageReport: Hashable, Sendable {
    /// The number of index objects before.
    public var indexCountBefore = 0

    /// The number of index objects afterwards, those included that are not needed and will be removed later.
    public var indexCount = 0

    /// The number of small packs whose records were put together in larger ones.
    public var mergedPackCount = 0

    /// The number of packs that nobody has listed for long, and that were removed.
    public var removedPackCount = 0

    /// The bytes of packs that were removed.
    public var removedByteCount: UInt64 = 0

    /// The number of packs that nobody lists and that are kept, since they may be about to be listed.
    public var recentPackCount = 0

    /// The number of files or the like that writers have left behind.
    public var leftoverCount = 0

    /// Creates a report of nothing.
    public init() {}
}
