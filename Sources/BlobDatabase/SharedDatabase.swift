// SPDX-License-Identifier: Apache-2.0
package import GRDB
import NIOConcurrencyHelpers
package import SystemPackage

/// An SQLite database that any number of threads and processes read while one writes.
///
/// Every call blocks.
package final class SharedDatabase: Sendable {
    /// What a crash of the machine may do.
    package enum Safety: String, Sendable {
        /// It undoes the last transactions.
        case lastTransactionsMayGo = "NORMAL"
        /// It damages the database.
        case mayBeDamaged = "OFF"
    }

    /// The file when it was opened; `nil`: the database is of one connection alone.
    private let file: DatabaseFile?
    // GRDB's own pool hands out connections through a queue on which threads wait for one another.
    // The readers go first when the database is closed: only a writer that is the last one moves the
    // write-ahead log into the database and removes it.
    private let idleReaders = NIOLockedValueBox<[DatabaseQueue]>([])
    private let writer: DatabaseQueue

    /// Opens a database, or makes an empty one.
    package init(at path: FilePath, _ safety: Safety) throws {
        var configuration = Self.configuration
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = \(safety.rawValue)")
        }
        writer = try DatabaseQueue(path: path.string, configuration: configuration)
        file = DatabaseFile(at: path)
    }

    /// Makes a database that is gone with the object: in memory, and in a temporary file if it is large.
    package init() throws {
        file = nil
        writer = try DatabaseQueue(path: "", configuration: Self.configuration)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        return configuration
    }

    /// Reads, on a connection that nobody else uses meanwhile; each statement sees the newest state.
    package func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let idle = idleReaders.withLockedValue { $0.popLast() }
        guard let reader = try idle ?? makeReader() else { return try writer.unsafeRead(body) }
        defer { idleReaders.withLockedValue { $0.append(reader) } }
        return try reader.unsafeRead(body)
    }

    /// Opens the file once more; `nil` if somebody has removed it or put another one in its place.
    private func makeReader() throws -> DatabaseQueue? {
        guard let file, file.isInPlace else { return nil }
        var configuration = Self.configuration
        configuration.readonly = true
        let reader = try DatabaseQueue(path: file.path.string, configuration: configuration)
        return file.isInPlace ? reader : nil
    }

    /// Changes the database in one transaction.
    package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try writer.write(body)
    }

    /// Removes the file, so that who opens it next makes it anew; whoever has it goes on with what there is.
    package func removeFile() { file?.remove() }

    /// Moves what has been written into the main file, so that a crash of the machine undoes nothing
    /// of it.
    package func checkpoint() throws {
        _ = try writer.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
}
