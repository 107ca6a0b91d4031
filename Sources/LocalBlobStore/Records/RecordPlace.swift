// SPDX-License-Identifier: Apache-2.0

/// Where a record is: from the first byte of its header on.
struct RecordPlace: Hashable, Sendable {
    var pack: PackID
    /// The offset in the pack, in bytes.
    var position: UInt64
    /// The length of header and stored content, in bytes.
    var length: UInt64
}
