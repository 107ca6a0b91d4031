// SPDX-License-Identifier: Apache-2.0
package import BLAKE3
import Synchronization

/// The sizes of some blobs; from time to time all are forgotten.
package final class SizeMemory: Sendable {
    private static let limit = 4096

    private let sizes = Mutex<[BLAKE3Digest: UInt64]>([:])

    package init() {}

    package func size(of digest: BLAKE3Digest) -> UInt64? { sizes.withLock { $0[digest] } }

    package func remember(_ size: UInt64, of digest: BLAKE3Digest) {
        sizes.withLock { sizes in
            if sizes.count >= Self.limit { sizes = [:] }
            sizes[digest] = size
        }
    }
}
