// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// Decides when records become packs, and when packs are sent and listed.
///
/// It does nothing itself.
struct PackQueue: Sendable {
    /// A pack of this size, in bytes, is sent even if nobody commits.
    static let packByteCount = 16 << 20
    /// So many packs are sent at the same time, or wait for that.
    private static let uploadCount = 4
    /// So many packs of blobs that are not complete are listed, so that a second try finds their chunks.
    private static let unlistedCount = 16
    /// How long it is waited for others who are about to commit.
    private static let patience: Duration = .milliseconds(20)

    /// A pack that is not listed yet.
    private struct Pending: Sendable {
        var number: Int
        /// Who commits when it is listed: those whose tickets are not higher.
        var ticket: Int
        var digests: [BLAKE3Digest]
        /// What is to be listed, when it has been sent.
        var pack: IndexObject.Pack?
        var sendingTime: ContinuousClock.Instant?
    }

    /// Something to do.
    enum Action: Sendable {
        case send(number: Int, PackBuilder)
        case list([IndexObject.Pack], through: Int, sentAt: ContinuousClock.Instant)
        case pause(until: ContinuousClock.Instant)
        /// Nothing is missing to those with this ticket or a lower one.
        case commit(ticket: Int)
    }

    private var builder = PackBuilder()
    /// What is on its way, and whether as a blob.
    private var staged: [BLAKE3Digest: Bool] = [:]
    private var pending: [Pending] = []
    private var sendingCount = 0
    private var isListing = false
    private var isPausing = false
    private var lastNumber = 0
    private var lastTicket = 0
    private var committedTicket = 0
    /// Since when somebody waits for what is in the builder.
    private var waitingSince: ContinuousClock.Instant?

    // MARK: what writers do

    /// Whether a record is on its way, and if so, whether as a blob; `nil` if it is not.
    func staged(_ digest: BLAKE3Digest) -> Bool? { staged[digest] }

    /// Adds a record, unless one like it is on its way; returns whether there was room for it.
    mutating func append(_ record: PackRecord, _ stored: ByteBuffer) -> Bool {
        let isBlob = staged[record.digest]
        if let isBlob, isBlob || !record.isBlob { return true }
        guard sendingCount < Self.uploadCount else { return false }
        staged[record.digest] = record.isBlob || isBlob == true
        builder.append(record, stored)
        if builder.byteCount >= Self.packByteCount { seal() }
        return true
    }

    /// Returns the ticket of somebody who commits what has been added.
    mutating func takeTicket(at now: ContinuousClock.Instant) -> Int {
        lastTicket += 1
        waitingSince = waitingSince ?? now
        return lastTicket
    }

    /// Packs that wait to be sent.
    private var sealed: [(number: Int, builder: PackBuilder)] = []

    private mutating func seal() {
        lastNumber += 1
        pending.append(
            Pending(
                number: lastNumber,
                ticket: lastTicket,
                digests: builder.records.map(\.digest)
            )
        )
        sealed.append((lastNumber, builder))
        sendingCount += 1
        builder = PackBuilder()
        waitingSince = nil
    }

    // MARK: what to do

    /// Returns what is to be done next, if there is something.
    mutating func next(at now: ContinuousClock.Instant) -> Action? {
        if sealed.isEmpty, lastTicket > committedTicket {
            if let action = sealForCommit(at: now) { return action }
        }
        if !sealed.isEmpty {
            let (number, builder) = sealed.removeFirst()
            return .send(number: number, builder)
        }
        return listing()
    }

    private mutating func sealForCommit(at now: ContinuousClock.Instant) -> Action? {
        if builder.isEmpty {
            waitingSince = nil
            guard let last = pending.indices.last else {
                committedTicket = lastTicket
                return .commit(ticket: lastTicket)
            }
            pending[last].ticket = lastTicket
            return nil
        }
        guard let waitingSince, sendingCount < Self.uploadCount else { return nil }
        let end = waitingSince + Self.patience
        if now >= end {
            seal()
            return nil
        }
        if isPausing { return nil }
        isPausing = true
        return .pause(until: end)
    }

    private mutating func listing() -> Action? {
        if isListing { return nil }
        let sent = pending.prefix { $0.pack != nil }
        guard let last = sent.last, let start = sent.first?.sendingTime else { return nil }
        guard last.ticket > committedTicket || sent.count >= Self.unlistedCount else { return nil }
        isListing = true
        return .list(sent.compactMap(\.pack), through: last.number, sentAt: start)
    }

    // MARK: what has been done

    mutating func endPause() { isPausing = false }

    /// Notes that a pack has been sent.
    mutating func setSent(
        _ number: Int,
        _ pack: IndexObject.Pack,
        at now: ContinuousClock.Instant
    ) {
        sendingCount -= 1
        guard let index = pending.firstIndex(where: { $0.number == number }) else { return }
        pending[index].pack = pack
        pending[index].sendingTime = now
    }

    /// Notes that packs have been listed, and returns the highest ticket of those who commit with them.
    mutating func setListed(through number: Int) -> Int {
        isListing = false
        let listed = pending.prefix { $0.number <= number }
        for digest in listed.lazy.flatMap(\.digests) { staged[digest] = nil }
        committedTicket = max(committedTicket, listed.last?.ticket ?? 0)
        pending.removeFirst(listed.count)
        return committedTicket
    }

    /// Notes that a pack could not be sent.
    mutating func setLost(_ number: Int) {
        sendingCount -= 1
        forget { $0.number == number }
    }

    /// Notes that packs could not be listed.
    mutating func setUnlisted(through number: Int) {
        isListing = false
        forget { $0.number <= number }
    }

    private mutating func forget(_ isLost: (Pending) -> Bool) {
        for digest in pending.lazy.filter(isLost).flatMap(\.digests) { staged[digest] = nil }
        pending.removeAll(where: isLost)
    }
}
