// SPDX-License-Identifier: Apache-2.0
import BlobFiles
public import BlobStore
import Foundation
import GRDB
import SystemPackage

/// How much a store holds, and what that takes.
public struct LocalStoreStatistics: Hashable, Sendable {
    /// The number of blobs that were put.
    public var blobCount: UInt64
    /// The bytes of all blobs, as many times as they occur in blobs.
    public var logicalByteCount: UInt64
    /// The number of chunks; a small blob is one chunk.
    public var chunkCount: UInt64
    /// The bytes of all chunks before compression, each once.
    public var uniqueByteCount: UInt64
    /// The bytes of all chunks as stored, without record headers.
    public var compressedByteCount: UInt64
    /// The bytes of all files of the store.
    public var storedByteCount: UInt64

    /// How many times smaller the content became because equal chunks are stored once.
    public var deduplicationRatio: Double { Self.ratio(logicalByteCount, uniqueByteCount) }

    /// How many times smaller the chunks became by compression.
    public var compressionRatio: Double { Self.ratio(uniqueByteCount, compressedByteCount) }

    private static func ratio(_ before: UInt64, _ after: UInt64) -> Double {
        before == 0 || after == 0 ? 1 : Double(before) / Double(after)
    }
}

extension LocalBlobService {
    /// Counts what is in the store.
    ///
    /// Reads the whole index: about a second for a million chunks.
    public func statistics() async throws(BlobError) -> LocalStoreStatistics {
        let (folder, packs, index) = (folder, packs, index)
        return try await Workers.run { () throws(BlobError) in
            var files = try packs.list().map { packs.path(of: $0) }
            files += [folder.indexPath, FilePath(folder.indexPath.string + "-wal")]
            var storedByteCount: UInt64 = 0
            for file in files where Folder.exists(file) {
                storedByteCount += try File(file, .readOnly).size()
            }
            let sums = try index.sums()
            return LocalStoreStatistics(
                blobCount: sums.blobCount,
                logicalByteCount: sums.blobByteCount,
                chunkCount: sums.chunkCount,
                uniqueByteCount: sums.chunkByteCount,
                compressedByteCount: sums.chunkRecordByteCount
                    &- sums.chunkCount &* UInt64(RecordHeader.byteCount),
                storedByteCount: storedByteCount
            )
        }
    }
}

extension StoreIndex {
    fileprivate struct Sums {
        var blobCount: UInt64 = 0
        var blobByteCount: UInt64 = 0
        var chunkCount: UInt64 = 0
        var chunkByteCount: UInt64 = 0
        var chunkRecordByteCount: UInt64 = 0
    }

    fileprivate func sums() throws(BlobError) -> Sums {
        try read { database in
            var sums = Sums()
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT kind, count(*), sum(size), sum(length) FROM entry GROUP BY kind"
            )
            while let row = try rows.next() {
                let kind = IndexEntry.Kind(rawValue: row[0])
                let (count, size, length) = (
                    UInt64(bitPattern: row[1]), UInt64(bitPattern: row[2]),
                    UInt64(bitPattern: row[3])
                )
                // A damaged index may have any numbers; they are shown, not relied on.
                if kind.contains(.blob) {
                    sums.blobCount &+= count
                    sums.blobByteCount &+= size
                }
                if kind.isDisjoint(with: [.split, .page]) {
                    sums.chunkCount &+= count
                    sums.chunkByteCount &+= size
                    sums.chunkRecordByteCount &+= length
                }
            }
            return sums
        }
    }
}
