// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The memory that all fetches of a cache share.
final class FetchMemory: Sendable {
    /// Less than this for one fetch is of no use, in bytes.
    private static let smallestShare = 1 << 20

    private let byteCount: Int
    private let fetchCount = Atomic(0)

    init(byteCount: Int) { self.byteCount = byteCount }

    /// How much of it one fetch may use, in bytes.
    var byteCountOfEach: Int {
        max(byteCount / max(fetchCount.load(ordering: .relaxed), 1), Self.smallestShare)
    }

    /// Runs a fetch.
    func withShare(_ body: () async -> Void) async {
        fetchCount.add(1, ordering: .relaxed)
        await body()
        fetchCount.subtract(1, ordering: .relaxed)
    }
}
