// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import GRDB

extension PackIndex {
    /// Adds an index object, which was written at a time in seconds since 1970; returns `false` if what is known
    /// is of another store by now.
    func add(
        _ name: BLAKE3Digest,
        _ object: IndexObject,
        writtenAt time: Int64,
        to store: String
    ) throws(BlobError) -> Bool {
        try write { database in
            guard try String.fetchOne(database, sql: Self.storeQuestion) == store else {
                return false
            }
            try database.execute(
                sql: "INSERT OR IGNORE INTO object (name, time) VALUES (?, ?)",
                arguments: [name.databaseValue, time]
            )
            for replaced in object.replaced {
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO replacement SELECT id, ? FROM object WHERE name = ?
                        """,
                    arguments: [replaced.databaseValue, name.databaseValue]
                )
            }
            for pack in object.packs {
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
            return true
        }
    }

    /// Makes sure that all that is known is of a store, by forgetting it if it is of another one; returns
    /// whether it was.
    func setStore(_ id: String) throws(BlobError) -> Bool {
        // Who only reads need not wait for others who write.
        if try isOf(id) { return true }
        return try write { database in
            if try String.fetchOne(database, sql: Self.storeQuestion) == id { return true }
            for table in ["object", "replacement", "listing", "record", "pack", "store"] {
                try database.execute(sql: "DELETE FROM \(table)")
            }
            try database.execute(sql: "INSERT INTO store VALUES (?)", arguments: [id])
            return false
        }
    }

    /// Whether what is known is of a store.
    func isOf(_ store: String) throws(BlobError) -> Bool {
        try read { try String.fetchOne($0, sql: Self.storeQuestion) } == store
    }

    private static let storeQuestion = "SELECT id FROM store"

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

    /// Forgets index objects, and packs that no others list.
    func remove(_ objects: some Sequence<BLAKE3Digest>) throws(BlobError) {
        try write { database in
            for name in objects {
                for table in ["listing", "replacement"] {
                    try database.execute(
                        sql: """
                            DELETE FROM \(table)
                            WHERE object = (SELECT id FROM object WHERE name = ?)
                            """,
                        arguments: [name.databaseValue]
                    )
                }
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
