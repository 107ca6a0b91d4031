// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// What the index knows of one digest.
struct IndexEntry: Hashable, Sendable {
    struct Kind: OptionSet, Hashable, Sendable {
        let rawValue: Int64

        /// Someone put it as a blob; otherwise it is there as a part of others.
        static let blob = Kind(rawValue: 1)
        /// The record is a ``SplitBlob``, not the bytes themselves.
        static let split = Kind(rawValue: 2)
        /// The bytes are a page of a chunk list or of a hash tree.
        static let page = Kind(rawValue: 4)
    }

    var digest: BLAKE3Digest
    var kind: Kind
    /// The number of content bytes: of the blob if it is split, else of the record.
    var size: UInt64
    var place: RecordPlace
}

extension IndexEntry {
    /// Describes a record that has been read from, or written to, a pack.
    ///
    /// Returns `nil` for a mark, which only adds to another entry, and for a hash tree, which has none.
    init?(_ header: RecordHeader, at place: RecordPlace, splitBlobSize: UInt64?) {
        switch header.kind {
        case .mark, .hashTree: return nil
        case .chunk: kind = header.isBlob ? .blob : []
        case .page: kind = .page
        case .splitBlob: kind = [.blob, .split]
        }
        digest = header.digest
        size = splitBlobSize ?? UInt64(header.contentLength)
        self.place = place
    }
}
