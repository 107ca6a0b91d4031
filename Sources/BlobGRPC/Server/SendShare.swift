// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How large the messages of a download are: its share of what all downloads may have on the way.
///
/// A client that reads slowly keeps two messages in memory, so that those of many are made smaller.
final class SendShare: Sendable {
    private static let limitOfAll = 2 << 20
    private static let smallest = 64 << 10
    private static let downloadCount = Atomic(0)

    init() { Self.downloadCount.wrappingAdd(1, ordering: .relaxed) }

    /// Whether there is no other download at the moment.
    var isAlone: Bool { Self.downloadCount.load(ordering: .relaxed) == 1 }

    /// The content of a message at the moment, in bytes.
    var messageByteCount: Int {
        let share = Self.limitOfAll / max(1, Self.downloadCount.load(ordering: .relaxed))
        // As with the limit, the headers go into the same power of two.
        return min(MessageSize.content, max(Self.smallest, share) - 64)
    }

    deinit { Self.downloadCount.wrappingSubtract(1, ordering: .relaxed) }
}
