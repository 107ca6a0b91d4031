// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
public import BlobStore
import ObjectStorage

extension PackedBlobService {
    /// Puts small packs and index objects together, and removes what has not been needed for some time, in
    /// seconds: packs that nobody lists, as writers leave them behind that end in the middle, and what was put
    /// together.
    ///
    /// Others may read and write meanwhile. Whatever takes the place of something else has been there for that
    /// time before the other is removed, so that everybody knows of it. A writer lists a pack some minutes after
    /// it has sent it at the latest; so the time must be much longer than that. No blob is ever removed.
    public func collectGarbage(
        olderThan age: Int64 = 86400
    ) async throws(BlobError) -> GarbageReport {
        guard age > BucketIndex.trustedAge else {
            throw BlobError(
                .refused,
                "packs that are younger than \(BucketIndex.trustedAge) seconds may still be listed"
            )
        }
        // What is known here may have gaps, and nothing must be removed because of them.
        let fresh = try await BucketIndex.fresh(of: index.storage)
        try fresh.checkForDamage()
        var collection = GarbageCollection(fresh, codec)
        try await collection.merge()
        try await collection.remove(olderThan: try await index.storage.currentTime() - age)
        collection.report.leftoverCount = try await index.storage.removeLeftovers(olderThan: age)
        try await index.refresh()
        return collection.report
    }
}
