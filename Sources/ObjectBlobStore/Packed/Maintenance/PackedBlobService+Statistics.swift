// SPDX-License-Identifier: Apache-2.0
import BlobFiles
public import BlobStore
import GRDB
import ObjectStorage

extension PackedBlobService {
    /// Says how much is in the store; costs a list request for each thousand objects.
    public func statistics() async throws(BlobError) -> ObjectStatistics {
        try await index.refresh()
        try index.checkForDamage()
        let known = index.known
        var statistics = try await Workers.run { () throws(BlobError) in try known.statistics() }
        try await index.checkStore()
        try await index.storage.forEachPage(of: PackedFormat.prefix) { objects in
            statistics.objectCount += objects.count
            statistics.storedByteCount &+= objects.byteCount
        }
        return statistics
    }
}

extension PackIndex {
    fileprivate func statistics() throws(BlobError) -> ObjectStatistics {
        try read { database in
            var statistics = ObjectStatistics()
            // Equal records in several packs count once.
            let chunks = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), total(size), total(length) FROM (
                        SELECT max(size) AS size, max(length) AS length FROM record
                        WHERE kind = 1 GROUP BY digest
                    )
                    """
            )
            if let chunks {
                statistics.chunkCount = chunks[0]
                statistics.uniqueByteCount = UInt64(rounding: chunks[1])
                statistics.compressedByteCount = UInt64(rounding: chunks[2])
            }
            let blobs = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*), total(size) FROM (
                        SELECT max(size) AS size FROM record GROUP BY digest HAVING max(blob)
                    )
                    """
            )
            if let blobs {
                statistics.blobCount = blobs[0]
                statistics.logicalByteCount = UInt64(rounding: blobs[1])
            }
            return statistics
        }
    }
}

extension UInt64 {
    /// The nearest number to a sum of sizes, each of which anybody may have written into the bucket.
    fileprivate init(rounding sum: Double) { self = UInt64(exactly: sum.rounded()) ?? .max }
}
