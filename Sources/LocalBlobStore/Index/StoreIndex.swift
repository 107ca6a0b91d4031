// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobDatabase
import BlobStore
import Foundation
import GRDB
import SystemPackage

/// Finds records by digest: an SQLite database that can be made anew from the packs.
///
/// It is written without `fsync` (`synchronous = NORMAL` in WAL mode): a crash of the machine
/// may undo its last transactions but not damage it, and what it lost is read back from the tails
/// of the packs. Several processes use it at once.
final class StoreIndex: Sendable {
    /// How far a pack is in the index.
    struct PackState: Hashable, Sendable {
        /// Every record before this offset is in the index.
        var indexedEnd: UInt64
        /// Every record before this offset survives a crash of the machine.
        var durableEnd: UInt64
        /// Nothing will be appended any more.
        var isSealed: Bool
    }

    private static let version = 3
    private let path: FilePath
    private let database: SharedDatabase

    init(at path: FilePath) throws(BlobError) {
        self.path = path
        database = try Self.translating(path) {
            try SharedDatabase(at: path, .lastTransactionsMayGo)
        }
        try migrate()
    }

    private func migrate() throws(BlobError) {
        let found = try Self.translating(path) {
            try database.write { database in
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                if found == 0 { try database.execute(sql: Self.schema) }
                if found < 2 { try database.execute(sql: Self.hashTreeSchema) }
                if found < 3 { try database.execute(sql: Self.partSchema) }
                return found
            }
        }
        guard found <= Self.version else {
            throw BlobError(
                .unsupported,
                "\(path): has index format \(found), this program knows \(Self.version)"
            )
        }
    }

    private static let schema = """
        CREATE TABLE pack (
            id INTEGER PRIMARY KEY,
            indexed_end INTEGER NOT NULL,
            durable_end INTEGER NOT NULL,
            sealed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE entry (
            digest BLOB PRIMARY KEY,
            kind INTEGER NOT NULL,
            size INTEGER NOT NULL,
            pack INTEGER NOT NULL,
            position INTEGER NOT NULL,
            length INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE boot (id TEXT NOT NULL) STRICT;
        """

    /// What version 2 adds.
    private static let hashTreeSchema = """
        CREATE TABLE hash_tree (
            digest BLOB PRIMARY KEY,
            pack INTEGER NOT NULL,
            position INTEGER NOT NULL,
            length INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// What version 3 adds.
    private static let partSchema = """
        CREATE TABLE part (
            blob BLOB NOT NULL,
            position INTEGER NOT NULL,
            chunk BLOB NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (blob, position)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = \(version);
        """

    /// Reads from the index; each statement sees the newest state.
    func read<Value>(
        _ body: (Database) throws -> Value
    ) throws(BlobError) -> Value {
        try Self.translating(path) { try database.read(body) }
    }

    /// Changes the index in one transaction.
    func write(_ body: (Database) throws -> Void) throws(BlobError) {
        try Self.translating(path) { try database.write(body) }
    }

    /// Moves what has been written into the main file, so that a crash of the machine undoes
    /// nothing of it.
    func checkpoint() throws(BlobError) {
        try Self.translating(path) { try database.checkpoint() }
    }

    private static func translating<Value>(
        _ path: FilePath,
        _ body: () throws -> Value
    ) throws(BlobError) -> Value {
        do {
            return try body()
        } catch {
            throw BlobError(database: error, path)
        }
    }
}
