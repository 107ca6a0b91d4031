// SPDX-License-Identifier: Apache-2.0
import BLAKE3
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

    private let name: String
    private let database: DatabaseQueue

    /// Opens a database, or makes one that is gone with the object if there is no path: in memory, and in a
    /// temporary file if it is large.
    ///
    /// One that is damaged or of another version is made anew.
    init(at path: FilePath?) throws(BlobError) {
        guard let path else {
            name = "the temporary index"
            do {
                database = try DatabaseQueue(path: "")
                try Self.makeTables(in: database)
            } catch {
                throw BlobError(.unavailable, "cannot make a temporary index", cause: error)
            }
            return
        }
        name = path.string
        do {
            let opened = try Self.open(path)
            if try Self.hasTables(opened) {
                database = opened
                return
            }
            try opened.close()
        } catch {
            guard let error = error as? DatabaseError, error.meansDamage else {
                throw BlobError(.refused, "\(path): cannot be used as an index", cause: error)
            }
        }
        do {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path.string + suffix)
            }
            database = try Self.open(path)
            try Self.makeTables(in: database)
        } catch {
            throw BlobError(.refused, "\(path): cannot be used as an index", cause: error)
        }
    }

    private static func open(_ path: FilePath) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        return try DatabaseQueue(path: path.string, configuration: configuration)
    }

    private static func hasTables(_ database: DatabaseQueue) throws -> Bool {
        try database.write { database in
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            if found == 0 { try database.execute(sql: schema) }
            return found == 0 || found == version
        }
    }

    private static func makeTables(in database: DatabaseQueue) throws {
        try database.write { try $0.execute(sql: schema) }
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

    func read<Value>(_ body: (Database) throws -> Value) throws(BlobError) -> Value {
        try translating { try database.read(body) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(BlobError) -> Value {
        try translating { try database.write(body) }
    }

    private func translating<Value>(_ body: () throws -> Value) throws(BlobError) -> Value {
        do {
            return try body()
        } catch {
            throw error as? BlobError
                ?? BlobError(.unavailable, "\(name): cannot use the index", cause: error)
        }
    }
}

extension DatabaseError {
    fileprivate var meansDamage: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: true
        default: false
        }
    }
}
