// SPDX-License-Identifier: Apache-2.0

/// What goes into one call of the compression function (BLAKE3 paper, section 2.2).
///
/// The root is kept in this form where more than 32 bytes of output may be asked for.
struct Node: Sendable {
    var value: Bytes32
    var block: Siblings
    var byteCount: UInt32
    var flags: UInt32
}
