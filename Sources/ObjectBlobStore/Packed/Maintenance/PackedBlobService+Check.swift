// SPDX-License-Identifier: Apache-2.0
import BLAKE3
public import BlobStore

extension PackedBlobService {
    /// Reads every pack and checks every record, and that the chunks of every blob are there.
    ///
    /// With `repair`, sound records of damaged packs are written anew, packs are listed again whose index object is
    /// damaged, and what is lost is not listed any more, so that blobs count as absent that are not complete, and
    /// can be put again. Nobody should write meanwhile.
    ///
    /// Costs a request for each pack, and reads all of them. Memory: four packs. `progress` is told how many
    /// packs have been read, and of how many.
    public func check(
        repair: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(BlobError) -> ObjectCheckReport {
        let fresh = try await BucketIndex.fresh(of: index.storage)
        var check = PackedCheck(fresh, codec)
        try await check.checkPacks(progress)
        if repair { try await check.repairPacks() }
        try await check.checkBlobs()
        if repair { try await check.repairBlobs() }
        index.forgetDamage()
        try await index.refresh()
        return check.report
    }
}
