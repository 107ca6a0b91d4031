// SPDX-License-Identifier: Apache-2.0

/// What a record is wanted for: one digest may be that of a chunk, of a page and of a blob of more chunks, and
/// each of these has a record of its own.
enum RecordRole: Sendable {
    /// The content of a part of a blob.
    case chunk
    /// A blob, or a chunk that is asked for as one.
    case blob
    /// A part of a list.
    case page

    /// The kinds of records that will do.
    var kinds: (PackRecord.Kind, PackRecord.Kind) {
        switch self {
        // What a page has is content as good as any.
        case .chunk, .page: (.chunk, .page)
        case .blob: (.chunk, .description)
        }
    }
}
