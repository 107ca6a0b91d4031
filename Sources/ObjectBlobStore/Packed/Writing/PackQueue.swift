// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// Decides when records become packs, and when packs are sent and listed.
///
/// It does nothing itself.
struct PackQueue: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// A pack of this size, in bytes, is sent even if nobody commits.
    static let packByteCount = 16 << 20
    /// So many packs are sent at the same time, or wait for that.
    private static let uploadCount = 4
    /// So many packs of blobs that are not complete are listed, so that a second try finds their chunks.
    private static let unlistedCount = 16
    /// A pack is listed after this time, complete blobs or not, long before it could be taken for one that
    /// nobody is going to list.
    private static let unlistedTime: Duration = .seconds(300)
    /// How long it is waited for others who are about to commit.
    private static let patience: Duration = .milliseconds(20)

    /// What makes a record superfluous if another one is on its way.
    private struct Key: Hashable, Sendable {
        var digest: BLAKE3Digest
        var kind: PackRecord.Kind
    }

    /// A pack that is not listed yet.
    private struct Pending: Sendable {
        var number: Int
        /// Who commits when it is listed: those whose tickets are not higher.
        var ticket: Int
        var records: [PackRecord]
        /// What is to be listed, when it has been sent, and when that was.
        var sent: (pack: IndexObject.Pack, time: Instant)?
    }

    /// Something to do.
    enum Action: Sendable {
        case send(number: Int, PackBuilder)
        case list([IndexObject.Pack], through: Int, sentAt: Instant)
        case pause(until: Instant)
        case commit(Commitment)
    }

    /// Nothing is missing to those with this ticket or a lower one, unless they rely on something that had been
    /// lost by then.
    struct Commitment: Sendable {
        var ticket: Int
        var lossCount: Int
    }

    private var builder = PackBuilder()
    private var pending: [Pending] = []
    /// Packs that wait to be sent.
    private var sealed: [(number: Int, builder: PackBuilder)] = []
    /// What is on its way, and whether as a blob.
    private var staged: [Key: Bool] = [:]
    private var sendingCount = 0
    private var isListing = false
    /// When something is going to be looked at again.
    private var pauseEnds: Set<Instant> = []
    private var lastNumber = 0
    private var lastTicket = 0
    private var committedTicket = 0
    /// Since when somebody waits for what is in the builder.
    private var waitingSince: Instant?

    /// How often something that was on its way has been lost: what relies on it must not be committed.
    private(set) var lossCount = 0

    // MARK: what writers do

    /// Whether a pack waits to be sent.
    var isFull: Bool { !sealed.isEmpty }

    /// Whether somebody waits for what has been added last.
    var isAwaited: Bool { waitingSince != nil }

    /// Whether a record of one of some kinds is on its way, and if so, whether as a blob; `nil` if none is.
    func staged(_ digest: BLAKE3Digest, as kinds: [PackRecord.Kind]) -> Bool? {
        let found = kinds.compactMap { staged[Key(digest: digest, kind: $0)] }
        return found.isEmpty ? nil : found.contains(true)
    }

    /// Adds a record, unless one like it is on its way; returns whether there was room for it.
    mutating func append(_ record: PackRecord, _ stored: ByteBuffer) -> Bool {
        let key = Key(digest: record.digest, kind: record.kind)
        let isBlob = staged[key]
        if let isBlob, isBlob || !record.isBlob { return true }
        guard sendingCount < Self.uploadCount else { return false }
        staged[key] = record.isBlob
        builder.append(record, stored)
        if builder.byteCount >= Self.packByteCount { seal() }
        return true
    }

    /// Returns the ticket of somebody who commits what has been added, or `nil` if something has been lost
    /// since it was counted `lossCount` times.
    mutating func takeTicket(since lossCount: Int, at now: Instant) -> Int? {
        guard self.lossCount == lossCount else { return nil }
        lastTicket += 1
        waitingSince = waitingSince ?? now
        return lastTicket
    }

    private mutating func seal() {
        lastNumber += 1
        pending.append(Pending(number: lastNumber, ticket: lastTicket, records: builder.records))
        sealed.append((lastNumber, builder))
        sendingCount += 1
        builder = PackBuilder()
        waitingSince = nil
    }

    // MARK: what to do

    /// Returns what is to be done next, if there is something.
    mutating func next(at now: Instant) -> Action? {
        if sealed.isEmpty, lastTicket > committedTicket, let action = sealForCommit(at: now) {
            return action
        }
        if !sealed.isEmpty {
            let (number, builder) = sealed.removeFirst()
            return .send(number: number, builder)
        }
        return listing(at: now)
    }

    private mutating func sealForCommit(at now: Instant) -> Action? {
        if builder.isEmpty {
            waitingSince = nil
            guard let last = pending.indices.last else {
                committedTicket = lastTicket
                return .commit(Commitment(ticket: lastTicket, lossCount: lossCount))
            }
            pending[last].ticket = lastTicket
            return nil
        }
        // The longer a commit takes, the more share the next one.
        let isCommitting = pending.contains { $0.ticket > committedTicket }
        guard let waitingSince, !isCommitting, sendingCount < Self.uploadCount else { return nil }
        let end = waitingSince + Self.patience
        guard now >= end else { return pause(until: end) }
        seal()
        return nil
    }

    private mutating func listing(at now: Instant) -> Action? {
        if isListing { return nil }
        let sent = pending.prefix { $0.sent != nil }
        guard let last = sent.last, let start = sent.compactMap({ $0.sent?.time }).min() else {
            return nil
        }
        guard
            last.ticket > committedTicket || sent.count >= Self.unlistedCount
                || now >= start + Self.unlistedTime
        else { return pause(until: start + Self.unlistedTime) }
        isListing = true
        return .list(sent.compactMap { $0.sent?.pack }, through: last.number, sentAt: start)
    }

    /// Has something looked at again later, unless that is going to happen before.
    private mutating func pause(until end: Instant) -> Action? {
        if pauseEnds.contains(where: { $0 <= end }) { return nil }
        pauseEnds.insert(end)
        return .pause(until: end)
    }

    // MARK: what has been done

    mutating func endPause(at end: Instant) { pauseEnds.remove(end) }

    /// Notes that a pack has been sent.
    mutating func setSent(_ number: Int, _ pack: IndexObject.Pack, at now: Instant) {
        sendingCount -= 1
        // What it follows may have been lost.
        guard let index = pending.firstIndex(where: { $0.number == number }) else { return }
        pending[index].sent = (pack, now)
    }

    /// Notes that packs have been listed, and returns who commits with them.
    mutating func setListed(through number: Int) -> Commitment {
        isListing = false
        let listed = pending.prefix { $0.number <= number }
        for record in listed.lazy.flatMap(\.records) {
            staged[Key(digest: record.digest, kind: record.kind)] = nil
        }
        committedTicket = max(committedTicket, listed.last?.ticket ?? 0)
        pending.removeFirst(listed.count)
        return Commitment(ticket: committedTicket, lossCount: lossCount)
    }

    /// Notes that a pack could not be sent.
    mutating func setLost(_ number: Int) {
        sendingCount -= 1
        // It may have been given up with one before it.
        if pending.contains(where: { $0.number == number }) { lose(from: number) }
    }

    /// Notes that packs could not be listed.
    mutating func setUnlisted() {
        isListing = false
        lose(from: 0)
    }

    /// Forgets a pack and all that came after it, as that may rely on it: nobody may list a blob without its
    /// chunks.
    private mutating func lose(from number: Int) {
        lossCount += 1
        pending.removeAll { $0.number >= number }
        sendingCount -= sealed.count
        sealed = []
        builder = PackBuilder()
        staged = [:]
        for record in pending.lazy.flatMap(\.records) {
            let key = Key(digest: record.digest, kind: record.kind)
            staged[key] = record.isBlob || staged[key] == true
        }
    }
}
