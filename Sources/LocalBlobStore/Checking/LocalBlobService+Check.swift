// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
public import BlobStore
import Synchronization

extension LocalBlobService {
    /// Reads everything, and checks it against its digest.
    ///
    /// First every record of every pack, then every blob of more than one chunk as a whole; so it
    /// reads the packs once and the large blobs another time. Other processes may go on meanwhile.
    ///
    /// - Parameters:
    ///   - repair: Whether to forget what is damaged, so that it counts as absent and is stored
    ///     again the next time that it is put. The packs are not changed.
    ///   - progress: Called now and then, from several threads.
    /// - Returns: What was found; damage is no error here.
    /// - Throws: What keeps the check from reading the store.
    public func check(
        repair: Bool = false,
        progress: @escaping @Sendable (StoreCheckProgress) -> Void = { _ in }
    ) async throws(BlobError) -> StoreCheckReport {
        let check = StoreCheck(packs: packs, index: index, reader: reader, progress: progress)
        try await check.checkRecords()
        try await check.findLostEntries()
        try await check.checkBlobs(of: self)
        var report = check.report
        report.affectedBlobs.sort { $0.digest < $1.digest }
        report.lostDigests.sort()
        if repair {
            let forgotten = report.lostDigests + report.affectedBlobs.map(\.digest)
            let index = index
            try await Workers.run { () throws(BlobError) in try index.remove(forgotten) }
        }
        return report
    }
}
