// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import ObjectStorage

/// Gathers what many writers append into packs, sends these several at a time, and lists them in index
/// objects: a pack and an index object for all who commit at about the same time.
///
/// A crash leaves packs that nobody lists, and nothing else.
///
/// Memory: four packs of 16 MiB that are sent, and one that is filled.
final class PackWriter: Sendable {
    private struct State: Sendable {
        var queue = PackQueue()
        /// Why something has been lost, the last time that it was.
        var lossReason: BlobError?
        var isEnded = false
    }

    /// What has become of what was appended.
    private struct Outcome: Sendable {
        var committedTicket = 0
        var lossCount = 0
        var lossReason: BlobError?

        mutating func noteLoss(_ count: Int, _ reason: BlobError?) {
            guard count > lossCount else { return }
            (lossCount, lossReason) = (count, reason)
        }
    }

    private let index: BucketIndex
    private let state = WaitableState(State())
    // Apart from the rest, so that the many who wait for it are woken only by what they wait for.
    private let outcome = WaitableState(Outcome())

    init(_ index: BucketIndex) { self.index = index }

    // MARK: writers

    /// How often something that was on its way has been lost: what relies on it must not be committed.
    var lossCount: Int { state.read { $0.queue.lossCount } }

    /// Whether a record of one of some kinds is on its way, and if so, whether as a blob; `nil` if none is.
    func staged(_ digest: BLAKE3Digest, as kinds: [PackRecord.Kind]) -> Bool? {
        state.read { $0.queue.staged(digest, as: kinds) }
    }

    private enum Addition {
        case done
        case ended
        case lost(BlobError?)
    }

    /// Appends a record, unless one like it is on its way; waits while too many are sent.
    ///
    /// Fails if something has been lost since it was counted `lossCount` times.
    func append(
        _ record: PackRecord,
        _ stored: ByteBuffer,
        since lossCount: Int
    ) async throws(BlobError) {
        // Most records concern nobody until a pack is full.
        let addition = try await state.wait(
            isNews: { $0.queue.isFull },
            until: { state -> Addition? in
                if state.isEnded { return .ended }
                if state.queue.lossCount != lossCount { return .lost(state.lossReason) }
                return state.queue.append(record, stored) ? .done : nil
            }
        )
        switch addition {
        case .done: return
        case .ended: throw ended
        case .lost(let reason): throw reason ?? lost
        }
    }

    private var ended: BlobError {
        BlobError(.unavailable, "\(index.storage.name): the service does not run any more")
    }

    private var lost: BlobError {
        BlobError(.unavailable, "\(index.storage.name): what was sent before could not be kept")
    }

    /// Returns when everything that was appended before the call is listed.
    ///
    /// Fails if something has been lost since it was counted `lossCount` times.
    func commit(since lossCount: Int) async throws(BlobError) {
        let (ticket, isEnded) = state.change { state in
            let isFirst = !state.queue.isAwaited
            let ticket = state.queue.takeTicket(since: lossCount, at: .now)
            return ((ticket, state.isEnded), isNews: isFirst)
        }
        if isEnded { throw ended }
        let lost = lost
        let failure = try await outcome.wait { outcome -> BlobError?? in
            if outcome.lossCount > lossCount { return .some(outcome.lossReason ?? lost) }
            guard let ticket, outcome.committedTicket >= ticket else { return nil }
            return .some(nil)
        }
        if let failure { throw failure }
    }

    // MARK: sending

    /// Sends and lists until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let action = try? await state.wait(until: { $0.queue.next(at: .now) }) {
                switch action {
                case .send(let number, let builder):
                    group.addTask { await self.send(number, builder) }
                case .list(let packs, let number, let start):
                    group.addTask { await self.list(packs, through: number, sentAt: start) }
                case .pause(let end):
                    group.addTask {
                        try? await Task.sleep(until: end, clock: .continuous)
                        self.state.update { $0.queue.endPause(at: end) }
                    }
                case .commit(let commitment):
                    tell(commitment)
                }
            }
            group.cancelAll()
        }
        state.update { $0.isEnded = true }
        lose(ended) { $0.setUnlisted() }
    }

    /// Tells those who wait who has everything that they need.
    private func tell(_ commitment: PackQueue.Commitment) {
        let reason = state.read(\.lossReason)
        outcome.update { outcome in
            outcome.committedTicket = max(outcome.committedTicket, commitment.ticket)
            outcome.noteLoss(commitment.lossCount, reason)
        }
    }

    /// Notes a loss, and tells whoever waits.
    private func lose(_ reason: BlobError, _ note: @Sendable (inout PackQueue) -> Void) {
        // What was cancelled is the service, and not who waits.
        let reason = reason.asSeenByOthers
        let lossCount = state.update { state in
            let before = state.queue.lossCount
            note(&state.queue)
            if state.queue.lossCount > before { state.lossReason = reason }
            return state.queue.lossCount
        }
        outcome.update { $0.noteLoss(lossCount, reason) }
    }

    private func send(_ number: Int, _ builder: PackBuilder) async {
        do throws(BlobError) {
            let pack = try await index.send(builder)
            state.update { $0.queue.setSent(number, pack, at: .now) }
        } catch {
            lose(error) { $0.setLost(number) }
        }
    }

    private func list(
        _ packs: [IndexObject.Pack],
        through number: Int,
        sentAt start: ContinuousClock.Instant
    ) async {
        do throws(BlobError) {
            try await index.publish(packs, sentAt: start)
            tell(state.update { $0.queue.setListed(through: number) })
        } catch {
            lose(error) { $0.setUnlisted() }
        }
    }
}
