// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import Foundation
import GRDB

extension StoreIndex {
    private static let columns = "digest, kind, size, pack, position, length"

    /// Returns what is known of a digest.
    func entry(of digest: BLAKE3Digest) throws(BlobError) -> IndexEntry? {
        try read { try Self.entry(of: digest, in: $0) }
    }

    /// Returns what is known of each digest, in the order given.
    func entries(of digests: [BLAKE3Digest]) throws(BlobError) -> [IndexEntry?] {
        try read { database in
            try digests.map { try Self.entry(of: $0, in: database) }
        }
    }

    private static func entry(
        of digest: BLAKE3Digest,
        in database: Database
    ) throws -> IndexEntry? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM entry WHERE digest = ?"
        )
        statement.setUncheckedArguments([digest.databaseValue])
        return try Row.fetchOne(statement).map(IndexEntry.init(row:))
    }

    /// Returns entries that have all flags of `kind`, in ascending order of digests.
    ///
    /// Goes on behind `digest`, or begins with `nil`; returns at most `limit` entries.
    func entries(
        after digest: BLAKE3Digest?,
        of kind: IndexEntry.Kind,
        limit: Int
    ) throws(BlobError) -> [IndexEntry] {
        try read { database in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT \(Self.columns) FROM entry
                    WHERE digest > ? AND kind & ? = ? ORDER BY digest LIMIT ?
                    """
            )
            statement.setUncheckedArguments([
                digest?.databaseValue ?? Data().databaseValue, kind.rawValue, kind.rawValue,
                max(limit, 0),
            ])
            return try Row.fetchAll(statement).map(IndexEntry.init(row:))
        }
    }

    /// Returns where the hash tree of a blob is.
    func hashTree(of digest: BLAKE3Digest) throws(BlobError) -> RecordPlace? {
        try read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT pack, position, length FROM hash_tree WHERE digest = ?"
            )
            statement.setUncheckedArguments([digest.databaseValue])
            return try Row.fetchOne(statement).map { RecordPlace(row: $0, from: 0) }
        }
    }

    /// Returns the number of all entries.
    func entryCount() throws(BlobError) -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") ?? 0 }
    }

    /// Returns the number of bytes of all blobs of more than one chunk.
    func splitByteCount() throws(BlobError) -> UInt64 {
        try read { database in
            let sql = "SELECT sum(size) FROM entry WHERE kind & ? != 0"
            let kind = IndexEntry.Kind.split.rawValue
            return UInt64(
                bitPattern: try Int64.fetchOne(database, sql: sql, arguments: [kind]) ?? 0
            )
        }
    }

    /// Returns the state of all packs.
    func packStates() throws(BlobError) -> [PackID: PackState] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT id, indexed_end, durable_end, sealed FROM pack"
            )
            var states: [PackID: PackState] = [:]
            while let row = try rows.next() {
                states[PackID(UInt32(truncatingIfNeeded: row[0] as Int64))] = PackState(
                    indexedEnd: UInt64(bitPattern: row[1]),
                    durableEnd: UInt64(bitPattern: row[2]),
                    isSealed: row[3]
                )
            }
            return states
        }
    }
}

extension BLAKE3Digest {
    var databaseValue: DatabaseValue {
        withBytes { bytes in
            unsafe bytes.withUnsafeBytes { memory in unsafe Data(memory).databaseValue }
        }
    }
}

extension IndexEntry {
    fileprivate init(row: Row) throws {
        let digest = try row.withUnsafeData(atIndex: 0) { data in
            data.flatMap { BLAKE3Digest(copying: $0.bytes) }
        }
        guard let digest else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a digest has no 32 bytes")
        }
        self.init(
            digest: digest,
            kind: Kind(rawValue: row[1]),
            size: UInt64(bitPattern: row[2]),
            place: RecordPlace(row: row, from: 3)
        )
    }
}

extension RecordPlace {
    /// Reads three columns.
    fileprivate init(row: Row, from column: Int) {
        pack = PackID(UInt32(truncatingIfNeeded: row[column] as Int64))
        position = UInt64(bitPattern: row[column + 1])
        length = UInt64(bitPattern: row[column + 2])
    }
}
