// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
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
        var isEnded = false
    }

    /// For how long a pack that is not listed may be relied on, in seconds.
    static let trustedAge: Int64 = 3600

    /// What has become of what was appended.
    private struct Outcome: Sendable {
        var committedTicket = 0
        /// How often something that was on its way has been lost.
        var lossCount = 0
        var lossReason: BlobError?
    }

    private let index: BucketIndex
    private let state = WaitableState(State())
    // Apart from the rest, so that the many who wait for it are woken only by what they wait for.
    private let outcome = WaitableState(Outcome())

    init(_ index: BucketIndex) { self.index = index }

    // MARK: writers

    /// How often something that was on its way has been lost: what relies on it must not be committed.
    var lossCount: Int { outcome.read(\.lossCount) }

    /// Whether a record is on its way, and if so, whether as a blob; `nil` if it is not.
    func staged(_ digest: BLAKE3Digest) -> Bool? { state.read { $0.queue.staged(digest) } }

    /// Appends a record, unless one like it is on its way; waits while too many are sent.
    func append(_ record: PackRecord, _ stored: ByteBuffer) async throws(BlobError) {
        let isAdded = try await state.wait { state -> Bool? in
            if state.isEnded { return false }
            return state.queue.append(record, stored) ? true : nil
        }
        guard isAdded else { throw ended }
    }

    private var ended: BlobError {
        BlobError(.unavailable, "\(index.storage.name): the service does not run any more")
    }

    /// Returns when everything that was appended before the call is listed.
    ///
    /// Fails if something has been lost since it was counted `lossCount` times.
    func commit(since lossCount: Int) async throws(BlobError) {
        let ticket = state.update { $0.queue.takeTicket(at: .now) }
        let failure = try await outcome.wait { outcome -> BlobError?? in
            if outcome.lossCount > lossCount { return .some(outcome.lossReason) }
            if outcome.committedTicket < ticket { return nil }
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
                case .list(let packs, let number, let sent):
                    group.addTask { await self.list(packs, through: number, sentAt: sent) }
                case .pause(let end):
                    group.addTask {
                        try? await Task.sleep(until: end, clock: .continuous)
                        self.state.update { $0.queue.endPause() }
                    }
                case .commit(let ticket):
                    outcome.update { $0.committedTicket = max($0.committedTicket, ticket) }
                }
            }
            group.cancelAll()
        }
        state.update { $0.isEnded = true }
        noteLoss(ended)
    }

    private func noteLoss(_ reason: BlobError) {
        outcome.update { outcome in
            outcome.lossCount += 1
            outcome.lossReason = reason
        }
    }

    private func send(_ number: Int, _ builder: PackBuilder) async {
        do throws(BlobError) {
            let pack = try await index.send(builder)
            state.update { $0.queue.setSent(number, pack, at: .now) }
        } catch {
            noteLoss(error)
            state.update { $0.queue.setLost(number) }
        }
    }

    private func list(
        _ packs: [IndexObject.Pack],
        through number: Int,
        sentAt start: ContinuousClock.Instant
    ) async {
        do throws(BlobError) {
            if ContinuousClock.now - start > .seconds(Self.trustedAge / 2) {
                try await checkPresence(of: packs)
            }
            try await index.publish(packs)
            let ticket = state.update { $0.queue.setListed(through: number) }
            outcome.update { $0.committedTicket = max($0.committedTicket, ticket) }
        } catch {
            noteLoss(error)
            state.update { $0.queue.setUnlisted(through: number) }
        }
    }

    private func checkPresence(of packs: [IndexObject.Pack]) async throws(BlobError) {
        for pack in packs where try await index.storage.head(PackObject.key(pack.name)) == nil {
            throw BlobError(
                .unavailable,
                "\(index.storage.name): what was sent has been removed before it was complete"
            )
        }
    }
}
