// SPDX-License-Identifier: Apache-2.0
import BlobStore

extension BlobError {
    /// What it means to somebody who waits for another task: that has been cancelled, and not the one who waits.
    var asSeenByOthers: BlobError {
        guard code == .cancelled else { return self }
        return BlobError(.unavailable, "the service does not run any more")
    }
}
