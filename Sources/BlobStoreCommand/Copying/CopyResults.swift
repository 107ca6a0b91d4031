// SPDX-License-Identifier: Apache-2.0

/// How many blobs have been copied.
struct CopyResults: Sendable {
    var copiedCount: UInt64 = 0
    var copiedByteCount: UInt64 = 0
    /// How many were in the other store already.
    var presentCount: UInt64 = 0
    var failedCount: UInt64 = 0
}
