// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import Foundation
import GRDB

extension PackIndex {
    /// Returns where records of a store are, in the order given; of several equal ones, any will do.
    func locations(
        of digests: [BLAKE3Digest],
        as role: RecordRole,
        in store: String
    ) throws(BlobError) -> [RecordLocation?] {
        try read { database in
            try digests.map { digest in
                try Self.locations(of: digest, as: role, in: store, limit: 1, database).first
            }
        }
    }

    /// Returns all places where a record is.
    func allLocations(
        of digest: BLAKE3Digest,
        as role: RecordRole,
        in store: String
    ) throws(BlobError) -> [RecordLocation] {
        try read { try Self.locations(of: digest, as: role, in: store, limit: -1, $0) }
    }

    private static func locations(
        of digest: BLAKE3Digest,
        as role: RecordRole,
        in store: String,
        limit: Int,
        _ database: Database
    ) throws -> [RecordLocation] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT record.digest, record.size, length, kind, encoding, blob, name, position
                FROM record JOIN pack ON pack.id = record.pack
                WHERE digest = ? AND kind IN (?, ?) AND (SELECT id FROM store) = ? LIMIT ?
                """
        )
        let (first, second) = role.kinds
        statement.setUncheckedArguments([
            digest.databaseValue, first.rawValue, second.rawValue, store, limit,
        ])
        return try Row.fetchAll(statement).map(RecordLocation.init(row:))
    }

    /// Whether something is known to have been put into a store as a blob.
    func isBlob(_ digest: BLAKE3Digest, in store: String) throws(BlobError) -> Bool {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM record
                        WHERE digest = ? AND blob AND (SELECT id FROM store) = ?
                    )
                    """
            )
            statement.setUncheckedArguments([digest.databaseValue, store])
            return try Bool.fetchOne(statement) ?? false
        }
    }

    /// Returns blobs of a store in ascending order of digests, behind `digest`, at most `limit`.
    func blobs(
        after digest: BLAKE3Digest?,
        limit: Int,
        in store: String
    ) throws(BlobError) -> [ListedBlob] {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT digest, max(size) FROM record
                    WHERE digest > ? AND (SELECT id FROM store) = ?
                    GROUP BY digest HAVING max(blob) ORDER BY digest LIMIT ?
                    """
            )
            statement.setUncheckedArguments([
                digest?.databaseValue ?? Data().databaseValue, store, max(limit, 0),
            ])
            return try Row.fetchAll(statement).compactMap { row in
                BLAKE3Digest(field: row[0]).map {
                    ListedBlob(digest: $0, size: UInt64(clamping: row[1] as Int64))
                }
            }
        }
    }

    /// Whether there was a store when the index objects were read last.
    func hasStore() throws(BlobError) -> Bool {
        try read { try String.fetchOne($0, sql: "SELECT id FROM store WHERE id != ''") != nil }
    }

    /// Returns the names of all index objects.
    func objects() throws(BlobError) -> Set<BLAKE3Digest> {
        try read { try Self.names($0, "SELECT name FROM object") }
    }

    /// Returns all index objects with their sizes in bytes.
    func objectSizes() throws(BlobError) -> [BLAKE3Digest: Int] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT object.name, count(DISTINCT listing.pack), count(record.digest)
                    FROM object LEFT JOIN listing ON listing.object = object.id
                    LEFT JOIN record ON record.pack = listing.pack GROUP BY object.id
                    """
            )
            return rows.reduce(into: [:]) { sizes, row in
                guard let name = BLAKE3Digest(field: row[0]) else { return }
                sizes[name] = IndexObject.byteCount(packCount: row[1], recordCount: row[2])
            }
        }
    }

    /// Returns the names of all packs.
    func packNames() throws(BlobError) -> Set<BLAKE3Digest> {
        try read { try Self.names($0, "SELECT name FROM pack") }
    }

    /// Returns the names of the packs that index objects list.
    func packNames(
        listedBy objects: some Sequence<BLAKE3Digest>
    ) throws(BlobError) -> Set<BLAKE3Digest> {
        try read { database in
            var names: Set<BLAKE3Digest> = []
            for object in objects {
                names.formUnion(
                    try Self.names(
                        database,
                        """
                        SELECT pack.name FROM listing
                        JOIN pack ON pack.id = listing.pack JOIN object ON object.id = listing.object
                        WHERE object.name = ?
                        """,
                        [object.databaseValue]
                    )
                )
            }
            return names
        }
    }

    /// Returns what a pack has.
    func pack(_ name: BLAKE3Digest) throws(BlobError) -> IndexObject.Pack {
        try read { try Self.pack(name, in: $0) }
    }

    /// Returns the index objects that others replace, with when the first of these was written.
    func replacedObjects() throws(BlobError) -> [BLAKE3Digest: Int64] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT replacement.name, min(object.time) FROM replacement
                    JOIN object ON object.id = replacement.object GROUP BY replacement.name
                    """
            )
            return rows.reduce(into: [:]) { times, row in
                if let name = BLAKE3Digest(field: row[0]) { times[name] = row[1] as Int64 }
            }
        }
    }

    private static func names(
        _ database: Database,
        _ sql: String,
        _ arguments: StatementArguments = []
    ) throws -> Set<BLAKE3Digest> {
        Set(
            try Data.fetchAll(database, sql: sql, arguments: arguments)
                .compactMap(BLAKE3Digest.init(field:))
        )
    }

    private static func pack(
        _ name: BLAKE3Digest,
        in database: Database
    ) throws -> IndexObject.Pack {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT record.digest, record.size, length, kind, encoding, blob, name, position,
                    pack.size
                FROM pack JOIN record ON pack.id = record.pack WHERE name = ? ORDER BY number
                """,
            arguments: [name.databaseValue]
        )
        let size: Int64? = rows.first?[8]
        return IndexObject.Pack(
            name: name,
            size: UInt64(clamping: size ?? 0),
            records: try rows.map { try RecordLocation(row: $0).record }
        )
    }
}

extension BLAKE3Digest {
    var databaseValue: DatabaseValue { field.databaseValue }
}

extension RecordLocation {
    fileprivate init(row: Row) throws {
        guard let digest = BLAKE3Digest(field: row[0]), let pack = BLAKE3Digest(field: row[6]),
            let kind = PackRecord.Kind(rawValue: row[3]),
            let encoding = PackRecord.Encoding(rawValue: row[4])
        else { throw BlobError(.corrupt, "the index has a row that cannot be") }
        var record = PackRecord(
            kind,
            digest,
            size: UInt64(clamping: row[1] as Int64),
            storedLength: Int(clamping: row[2] as Int64)
        )
        record.encoding = encoding
        record.isBlob = row[5]
        self.init(record: record, pack: pack, position: UInt64(clamping: row[7] as Int64))
    }
}
