// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import Synchronization

/// Makes what many writers have appended durable and visible, together.
///
/// The first writer that comes does the work for all that are waiting then; those who come
/// meanwhile wait for the next round, which one of them does. So there are no timers, a lone writer
/// does not wait for others, and under load the batches grow by themselves.
final class GroupCommit: Sendable {
    private enum Role: Sendable {
        case leader
        case follower(Result<Void, BlobError>)
    }

    private struct Writer {
        var mustBeDurable: Bool
        var continuation: CheckedContinuation<Role, Never>
    }

    private struct State {
        var isWorking = false
        var waiting: [Writer] = []
    }

    private let log: WriteLog
    private let packs: PackFolder
    private let index: StoreIndex
    private let durability: LocalStoreOptions.Durability
    private let state = Mutex(State())

    init(
        log: WriteLog,
        packs: PackFolder,
        index: StoreIndex,
        durability: LocalStoreOptions.Durability
    ) {
        self.log = log
        self.packs = packs
        self.index = index
        self.durability = durability
    }

    /// Returns when everything that was appended before the call is in the index and, unless that is
    /// said to be of no matter, durable.
    ///
    /// Not interrupted by cancellation: what has been appended is committed in any case.
    func commit(durably: Bool = true) async throws(BlobError) {
        let role = await withCheckedContinuation { continuation in
            let leads = state.withLock { state in
                if state.isWorking {
                    state.waiting.append(
                        Writer(mustBeDurable: durably, continuation: continuation)
                    )
                    return false
                }
                state.isWorking = true
                return true
            }
            if leads { continuation.resume(returning: .leader) }
        }
        switch role {
        case .follower(let result): try result.get()
        case .leader: try await lead(durably)
        }
    }

    private func lead(_ durably: Bool) async throws(BlobError) {
        // Whoever is ready to run goes first, and joins if it is a writer that has come to its end.
        await Task.yield()
        let followers = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        let mustBeDurable = durably || followers.contains(where: \.mustBeDurable)
        let result: Result<Void, BlobError>
        do throws(BlobError) {
            try await Workers.run { [self] () throws(BlobError) in
                try flush(synchronizing: durability == .batch && mustBeDurable)
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for follower in followers { follower.continuation.resume(returning: .follower(result)) }
        let next = state.withLock { state -> Writer? in
            if state.waiting.isEmpty {
                state.isWorking = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: .leader)
        try result.get()
    }

    private func flush(synchronizing: Bool) throws(BlobError) {
        let batch = try log.takeBatch()
        do throws(BlobError) {
            if synchronizing { try synchronize(batch) }
            if batch.isEmpty { return }
            let states = batch.packs.mapValues { pack in
                StoreIndex.PackState(
                    indexedEnd: pack.end,
                    durableEnd: synchronizing ? pack.end : pack.durableEnd,
                    isSealed: pack.end >= WriteLog.sealingSize
                )
            }
            try index.add(
                batch.entries.values,
                hashTrees: batch.hashTrees,
                parts: batch.parts,
                packs: states
            )
            if states.values.contains(where: \.isSealed) { try index.checkpoint() }
        } catch {
            log.restore(batch)
            throw error
        }
        log.complete(batch)
    }

    private func synchronize(_ batch: WriteLog.Batch) throws(BlobError) {
        for pack in batch.packs.values { try synchronize(pack.file) }
        // What the batch relies on may be in packs of writers who do not synchronize.
        for (id, state) in try index.packStates()
        where state.durableEnd < state.indexedEnd && batch.packs[id] == nil {
            let file: File
            do throws(BlobError) {
                file = try packs.file(id)
            } catch {
                // What has gone is for a check to report, and no reason not to write.
                if error.saysFileIsMissing { continue }
                throw error
            }
            try synchronize(file)
            try index.setDurableEnd(state.indexedEnd, of: id)
        }
    }

    private func synchronize(_ file: File) throws(BlobError) {
        do throws(BlobError) {
            try file.synchronize()
        } catch {
            // After a failed fsync nobody knows what is on the disk, and another one may succeed
            // without having written anything. What is there is found when the store is opened.
            log.fail(error)
            throw error
        }
    }
}
