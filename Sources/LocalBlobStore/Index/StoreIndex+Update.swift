// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import Foundation
import GRDB

extension StoreIndex {
    /// Adds entries and says how far the packs are indexed with them, in one transaction.
    ///
    /// An entry whose digest is known already only adds its `blob` flag to the one that is there. The
    /// last hash tree of a blob is the one that counts.
    func add(
        _ entries: some Sequence<IndexEntry>,
        hashTrees: [BLAKE3Digest: RecordPlace] = [:],
        parts: PartChanges = PartChanges(),
        packs: [PackID: PackState]
    ) throws(BlobError) {
        try write { database in
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO entry (digest, kind, size, pack, position, length)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (digest) DO UPDATE SET kind = kind | (excluded.kind & 1)
                    """
            )
            for entry in entries {
                insert.setUncheckedArguments([
                    entry.digest.databaseValue, entry.kind.rawValue, Int64(clamping: entry.size),
                    Int64(entry.place.pack.rawValue), Int64(clamping: entry.place.position),
                    Int64(clamping: entry.place.length),
                ])
                try insert.execute()
            }
            for (digest, place) in hashTrees { try Self.set(place, of: digest, in: database) }
            try Self.change(parts, in: database)
            for (id, state) in packs { try Self.set(state, of: id, in: database) }
        }
    }

    /// Adds the `blob` flag to the entry of a digest, if there is one.
    func mark(_ digests: some Sequence<BLAKE3Digest>) throws(BlobError) {
        try write { database in
            let update = try database.cachedStatement(
                sql: "UPDATE entry SET kind = kind | 1 WHERE digest = ?"
            )
            for digest in digests {
                update.setUncheckedArguments([digest.databaseValue])
                try update.execute()
            }
        }
    }

    /// Says that a pack survives a crash of the machine up to an offset.
    func setDurableEnd(_ end: UInt64, of pack: PackID) throws(BlobError) {
        try write { database in
            try database.execute(
                sql: "UPDATE pack SET durable_end = ? WHERE id = ? AND durable_end < ?",
                arguments: [Int64(clamping: end), Int64(pack.rawValue), Int64(clamping: end)]
            )
        }
    }

    /// Forgets what the index says of records that reach behind an offset of a pack.
    ///
    /// Returns where the first of them begins, or `offset` if there are none, and which of them
    /// were blobs.
    func removeEntries(
        of pack: PackID,
        behind offset: UInt64
    ) throws(BlobError) -> (start: UInt64, blobs: [BLAKE3Digest]) {
        var start = offset
        var blobs: [BLAKE3Digest] = []
        try write { database in
            let first = try Int64.fetchOne(
                database,
                sql: """
                    SELECT min(position) FROM (
                        SELECT pack, position, length FROM entry
                        UNION ALL SELECT pack, position, length FROM hash_tree
                    ) WHERE pack = ? AND position + length > ?
                    """,
                arguments: [Int64(pack.rawValue), Int64(clamping: offset)]
            )
            start = first.map { min(UInt64(bitPattern: $0), offset) } ?? offset
            let condition = "WHERE pack = ? AND position >= ?"
            let arguments: StatementArguments = [Int64(pack.rawValue), Int64(clamping: start)]
            blobs = try Data.fetchAll(
                database,
                sql: "SELECT digest FROM entry \(condition) AND kind & 1 = 1",
                arguments: arguments
            )
            .compactMap { BLAKE3Digest(copying: $0.bytes) }
            for table in ["entry", "hash_tree"] {
                try database.execute(
                    sql: "DELETE FROM \(table) \(condition)",
                    arguments: arguments
                )
            }
        }
        return (start, blobs)
    }

    /// Forgets digests, and the hash trees of these blobs.
    func remove(_ digests: some Sequence<BLAKE3Digest>) throws(BlobError) {
        try write { database in
            for table in ["entry", "hash_tree"] {
                let delete = try database.cachedStatement(
                    sql: "DELETE FROM \(table) WHERE digest = ?"
                )
                for digest in digests {
                    delete.setUncheckedArguments([digest.databaseValue])
                    try delete.execute()
                }
            }
        }
    }

    /// Returns during which run of the operating system the store was recovered last.
    func lastBoot() throws(BlobError) -> String? {
        try read { try String.fetchOne($0, sql: "SELECT id FROM boot") }
    }

    /// Notes during which run of the operating system the store has been recovered.
    func setLastBoot(_ id: String) throws(BlobError) {
        try write { database in
            try database.execute(sql: "DELETE FROM boot")
            try database.execute(sql: "INSERT INTO boot (id) VALUES (?)", arguments: [id])
        }
    }

    private static func set(
        _ place: RecordPlace,
        of digest: BLAKE3Digest,
        in database: Database
    ) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO hash_tree (digest, pack, position, length)
                VALUES (?, ?, ?, ?)
                """
        )
        upsert.setUncheckedArguments([
            digest.databaseValue, Int64(place.pack.rawValue), Int64(clamping: place.position),
            Int64(clamping: place.length),
        ])
        try upsert.execute()
    }

    private static func set(_ state: PackState, of id: PackID, in database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO pack (id, indexed_end, durable_end, sealed)
                VALUES (?, ?, ?, ?)
                """
        )
        upsert.setUncheckedArguments([
            Int64(id.rawValue), Int64(clamping: state.indexedEnd),
            Int64(clamping: state.durableEnd), state.isSealed,
        ])
        try upsert.execute()
    }
}
