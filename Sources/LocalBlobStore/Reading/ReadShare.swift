// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How much a body reads at once: its share of what all open bodies of the process may have in memory.
///
/// A body that nobody reads from keeps what it has, so that a hundred slow readers would otherwise take
/// a hundred times the memory of one.
final class ReadShare: Sendable {
    private static let limit: UInt64 = 2 << 20
    private static let limitOfAll: UInt64 = 8 << 20
    private static let bodyCount = Atomic<UInt64>(0)

    init() { Self.bodyCount.wrappingAdd(1, ordering: .relaxed) }

    /// The share of one body, in bytes.
    var byteCount: UInt64 {
        min(Self.limit, Self.limitOfAll / max(1, Self.bodyCount.load(ordering: .relaxed)))
    }

    deinit { Self.bodyCount.wrappingSubtract(1, ordering: .relaxed) }
}
