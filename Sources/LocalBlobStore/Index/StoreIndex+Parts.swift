// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import Foundation
import GRDB

extension StoreIndex {
    /// What has become of blobs that are not complete.
    struct PartChanges: Sendable {
        /// Chunks, and the blobs of which they have become parts.
        var added: [(blob: BLAKE3Digest, part: PlacedChunk)] = []
        /// Blobs that are complete now.
        var completed: [BLAKE3Digest] = []

        var isEmpty: Bool { added.isEmpty && completed.isEmpty }
    }

    /// Returns the parts of a blob that is not complete, in order.
    ///
    /// If two processes have worked on it they may overlap.
    func parts(of blob: BLAKE3Digest) throws(BlobError) -> [PlacedChunk] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT position, chunk, size FROM part WHERE blob = ? ORDER BY position",
                arguments: [blob.databaseValue]
            )
            var parts: [PlacedChunk] = []
            while let row = try rows.next() {
                let (offset, size): (Int64, Int64) = (row[0], row[2])
                guard let chunk = BLAKE3Digest(copying: (row[1] as Data).bytes), offset >= 0,
                    size > 0, size <= .max - offset
                else { continue }
                let reference = ChunkReference(digest: chunk, size: UInt64(size))
                parts.append(PlacedChunk(reference, at: UInt64(offset)))
            }
            return parts
        }
    }

    /// Forgets parts of a blob.
    func remove(_ parts: [PlacedChunk], of blob: BLAKE3Digest) throws(BlobError) {
        try write { database in
            let delete = try database.cachedStatement(
                sql: "DELETE FROM part WHERE blob = ? AND position = ?"
            )
            for part in parts {
                delete.setUncheckedArguments([blob.databaseValue, Int64(clamping: part.offset)])
                try delete.execute()
            }
        }
    }

    static func change(_ parts: PartChanges, in database: Database) throws {
        if parts.isEmpty { return }
        let insert = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO part (blob, position, chunk, size) VALUES (?, ?, ?, ?)"
        )
        for (blob, part) in parts.added {
            insert.setUncheckedArguments([
                blob.databaseValue, Int64(clamping: part.offset), part.chunk.digest.databaseValue,
                Int64(clamping: part.chunk.size),
            ])
            try insert.execute()
        }
        for blob in parts.completed {
            try database.execute(
                sql: "DELETE FROM part WHERE blob = ?",
                arguments: [blob.databaseValue]
            )
        }
    }
}
