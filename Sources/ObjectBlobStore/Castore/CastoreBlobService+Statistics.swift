// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import ObjectStorage

extension CastoreBlobService {
    /// Says how many objects there are; costs a list request for each thousand of them.
    public func statistics() async throws(BlobError) -> ObjectStatistics {
        var statistics = ObjectStatistics()
        for prefix in [CastoreKeys.blobs, CastoreKeys.chunks, CastoreKeys.hashes] {
            try await storage.forEachPage(of: prefix) { objects in
                let byteCount = objects.byteCount
                statistics.objectCount += objects.count
                statistics.storedByteCount &+= byteCount
                switch prefix {
                case CastoreKeys.blobs: statistics.blobCount += objects.count
                case CastoreKeys.chunks:
                    statistics.chunkCount += objects.count
                    statistics.compressedByteCount &+= byteCount
                default: break
                }
            }
        }
        return statistics
    }
}
