// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// Where a record is.
struct RecordLocation: Hashable, Sendable {
    var record: PackRecord
    /// The name of the pack.
    var pack: BLAKE3Digest
    /// Where its stored content begins in the pack, in bytes.
    var position: UInt64

    /// The bytes of the pack that it has.
    var range: Range<UInt64> { position..<position + UInt64(record.storedLength) }
}
