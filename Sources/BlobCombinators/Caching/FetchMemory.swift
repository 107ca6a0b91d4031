// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The memory that all fetches of a cache share.
final class FetchMemory: Sendable {
    /// A window smaller than this is of no use to a fetch, in bytes.
    private static let smallestWindow = 1 << 20

    private let byteCount: Int
    private let fetchCount = Atomic(0)
    private let usedByteCount = Atomic(0)

    init(byteCount: Int) { self.byteCount = byteCount }

    /// How much of it is for one of the fetches that run, in bytes.
    private var share: Int { byteCount / max(fetchCount.load(ordering: .relaxed), 1) }

    /// How far ahead of its readers one fetch may go, in bytes.
    var windowByteCount: Int { max(share, Self.smallestWindow) }

    /// Whether a fetch that uses so many bytes has to give some of them up.
    func isExceeded(byFetchWith byteCount: Int) -> Bool {
        byteCount > share || usedByteCount.load(ordering: .relaxed) > self.byteCount
    }

    /// Notes that so many more bytes are used, or fewer.
    func use(_ difference: Int) { usedByteCount.add(difference, ordering: .relaxed) }

    /// Runs a fetch.
    func withShare(_ body: () async -> Void) async {
        fetchCount.add(1, ordering: .relaxed)
        await body()
        fetchCount.subtract(1, ordering: .relaxed)
    }
}
