// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Synchronization

/// Something that is remembered of digests for a while; when there are too many, all are forgotten.
///
/// Memory: 100 bytes for each of 65536 digests.
final class DigestMemory<Value: Sendable>: Sendable {
    private static var limit: Int { 1 << 16 }

    private let lifetime: Duration
    private let entries = Mutex<[BLAKE3Digest: (value: Value, expiry: ContinuousClock.Instant)]>([:]
    )

    init(lifetime: Duration) { self.lifetime = lifetime }

    subscript(digest: BLAKE3Digest) -> Value? {
        entries.withLock { entries in
            guard let entry = entries[digest] else { return nil }
            if entry.expiry > .now { return entry.value }
            entries[digest] = nil
            return nil
        }
    }

    func remember(_ value: Value, of digests: some Sequence<BLAKE3Digest>) {
        let expiry = ContinuousClock.now + lifetime
        entries.withLock { entries in
            for digest in digests {
                if entries.count >= Self.limit { entries = [:] }
                entries[digest] = (value, expiry)
            }
        }
    }

    func forget(_ digest: BLAKE3Digest) { entries.withLock { $0[digest] = nil } }
}
