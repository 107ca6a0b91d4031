// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import GRDB

extension PackIndex {
    /// Adds what an index object lists.
    func add(_ name: BLAKE3Digest, _ packs: [IndexObject.Pack]) throws(BlobError) {
        try write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO object (name) VALUES (?)",
                arguments: [name.databaseValue]
            )
            for pack in packs {
                try Self.add(pack, to: database)
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO listing (object, pack)
                        SELECT object.id, pack.id FROM object, pack
                        WHERE object.name = ? AND pack.name = ?
                        """,
                    arguments: [name.databaseValue, pack.name.databaseValue]
                )
            }
        }
    }

    private static func add(_ pack: IndexObject.Pack, to database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO pack (name, size) VALUES (?, ?)",
            arguments: [pack.name.databaseValue, Int64(pack.size)]
        )
        // A pack is named by its content, so what is known of it is right.
        guard database.changesCount > 0 else { return }
        let id = database.lastInsertedRowID
        let statement = try database.cachedStatement(
            sql: "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        var position = UInt64(PackObject.headerByteCount)
        for (number, record) in pack.records.enumerated() {
            statement.setUncheckedArguments([
                record.digest.databaseValue, id, number, Int64(position),
                Int64(clamping: record.size), Int64(record.storedLength), record.kind.rawValue,
                record.encoding.rawValue, record.isBlob,
            ])
            try statement.execute()
            position += UInt64(record.storedLength)
        }
    }

    /// Forgets a pack, until an index object that is not known yet lists it.
    func remove(_ pack: BLAKE3Digest) throws(BlobError) {
        try write { database in
            for table in ["record", "listing"] {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE pack = (SELECT id FROM pack WHERE name = ?)",
                    arguments: [pack.databaseValue]
                )
            }
            try database.execute(
                sql: "DELETE FROM pack WHERE name = ?",
                arguments: [pack.databaseValue]
            )
        }
    }

    /// Forgets index objects, and packs that no others list.
    func remove(_ objects: some Sequence<BLAKE3Digest>) throws(BlobError) {
        try write { database in
            for name in objects {
                try database.execute(
                    sql: """
                        DELETE FROM listing WHERE object = (SELECT id FROM object WHERE name = ?)
                        """,
                    arguments: [name.databaseValue]
                )
                try database.execute(
                    sql: "DELETE FROM object WHERE name = ?",
                    arguments: [name.databaseValue]
                )
            }
            let orphans = try Int64.fetchAll(
                database,
                sql: "SELECT id FROM pack WHERE id NOT IN (SELECT pack FROM listing)"
            )
            for id in orphans {
                try database.execute(sql: "DELETE FROM record WHERE pack = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM pack WHERE id = ?", arguments: [id])
            }
        }
    }
}
