// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobDatabase
import BlobStore
import Foundation
import GRDB
import SystemPackage

/// What the index objects of a bucket say, in an SQLite database of this machine, or in memory.
///
/// It can be thrown away at any time: all of it is read from the bucket again.
///
/// Every call blocks; callers run on `Workers`.
final class PackIndex: Sendable {
    private static let version = 2

    /// `nil`: a temporary one.
    private let path: FilePath?
    private let database: SharedDatabase

    /// Opens a database, or makes one that is gone with the object if there is no path.
    ///
    /// One that is damaged or of another version is made anew.
    init(at path: FilePath?) throws(BlobError) {
        self.path = path
        do {
            guard let path else {
                database = try SharedDatabase()
                try database.write { try $0.execute(sql: Self.schema) }
                return
            }
            let file = DatabaseFile(at: path)
            if let opened = try Self.open(path) {
                database = opened
                return
            }
            file?.remove()
            guard let made = try Self.open(path) else {
                throw BlobError(
                    .unavailable,
                    "it is damaged or of another version, and could not be removed"
                )
            }
            database = made
        } catch {
            let place = path?.string ?? "a temporary file"
            throw BlobError(.refused, "\(place): cannot be used as an index", cause: error)
        }
    }

    /// Opens a database, or makes one; returns `nil` if it is damaged or of another version.
    private static func open(_ path: FilePath) throws -> SharedDatabase? {
        do {
            let database = try SharedDatabase(at: path, .mayBeDamaged)
            let found = try database.write { database in
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                if found == 0 { try database.execute(sql: schema) }
                return found
            }
            return found == 0 || found == version ? database : nil
        } catch let error as DatabaseError where error.meansDamage {
            return nil
        }
    }

    private static let schema = """
        CREATE TABLE store (id TEXT NOT NULL) STRICT;
        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE,
            time INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE replacement (
            object INTEGER NOT NULL,
            name BLOB NOT NULL,
            PRIMARY KEY (object, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE pack (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE,
            size INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE listing (
            object INTEGER NOT NULL,
            pack INTEGER NOT NULL,
            PRIMARY KEY (object, pack)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX listing_by_pack ON listing (pack);
        CREATE TABLE record (
            digest BLOB NOT NULL,
            pack INTEGER NOT NULL,
            number INTEGER NOT NULL,
            position INTEGER NOT NULL,
            size INTEGER NOT NULL,
            length INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            encoding INTEGER NOT NULL,
            blob INTEGER NOT NULL,
            PRIMARY KEY (digest, pack, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX record_by_pack ON record (pack, number);
        PRAGMA user_version = \(version);
        """

    /// Reads; each statement sees the newest state.
    func read<Value>(_ body: (Database) throws -> Value) throws(BlobError) -> Value {
        try translating { try database.read(body) }
    }

    /// Changes the database in one transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(BlobError) -> Value {
        try translating { try database.write(body) }
    }

    private func translating<Value>(_ body: () throws -> Value) throws(BlobError) -> Value {
        do {
            return try body()
        } catch let error as BlobError {
            throw error
        } catch {
            let place = path?.string ?? "the temporary index"
            guard let error = error as? DatabaseError, error.meansDamage else {
                throw BlobError(.unavailable, "\(place): cannot use the index", cause: error)
            }
            database.removeFile()
            throw BlobError(
                .unavailable,
                "\(place): the index was damaged; it has been removed, and is made anew next time",
                cause: error
            )
        }
    }
}
