// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore

extension PackFolder {
    /// Finds a pack that nobody appends to and that has room, or makes one.
    func takePack(knownTo index: StoreIndex) throws(BlobError) -> PackAppender {
        let states = try index.packStates()
        let candidates = states.filter {
            !$0.value.isSealed && $0.value.indexedEnd < WriteLog.sealingSize
        }
        for (id, state) in candidates.sorted(by: { $0.key < $1.key }) {
            guard let pack = try resume(id, durableEnd: state.durableEnd) else { continue }
            // Only now, with the lock, is it certain that nobody appends. A tail that is not in the
            // index was left by a process that was killed; opening the store deals with it.
            let isIndexed = try index.packStates()[id]?.indexedEnd == pack.end
            if isIndexed, pack.end < WriteLog.sealingSize { return pack }
        }
        let known = try list() + Array(states.keys)
        return try PackAppender.create(after: known.max(), in: self)
    }

    private func resume(_ id: PackID, durableEnd: UInt64) throws(BlobError) -> PackAppender? {
        do throws(BlobError) {
            return try PackAppender.resume(id, in: self, durableEnd: durableEnd)
        } catch {
            // A pack that has gone is for a check to report, and no reason not to write.
            if error.saysFileIsMissing { return nil }
            throw error
        }
    }
}
