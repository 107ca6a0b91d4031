// SPDX-License-Identifier: Apache-2.0

/// What a record is wanted for: one digest may be that of a chunk or a page, and of a blob of more chunks, and
/// each of these has a record of its own.
enum RecordRole: Sendable {
    /// Bytes that match the digest: a part of a blob or of a list.
    case content
    /// A blob, or a chunk that is asked for as one.
    case blob

    /// The kinds of records that will do.
    var kinds: (PackRecord.Kind, PackRecord.Kind) {
        switch self {
        case .content: (.chunk, .page)
        case .blob: (.chunk, .description)
        }
    }
}
