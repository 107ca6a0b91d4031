// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

@testable import ObjectBlobStore

@Suite struct PackQueueTests {
    private let start = ContinuousClock.now
    private var queue = PackQueue()

    private mutating func append(_ number: UInt8, byteCount: Int = 10) -> Bool {
        let digest = BLAKE3Digest(hashing: ByteBuffer(bytes: [number]).readableBytesSpan)
        var record = PackRecord(.chunk, digest, size: UInt64(byteCount), storedLength: byteCount)
        record.isBlob = true
        return queue.append(record, ByteBuffer(repeating: number, count: byteCount))
    }

    private mutating func next(_ milliseconds: Int) -> PackQueue.Action? {
        queue.next(at: start + .milliseconds(milliseconds))
    }

    private mutating func takeTicket(_ milliseconds: Int) -> Int? {
        queue.takeTicket(since: queue.lossCount, at: start + .milliseconds(milliseconds))
    }

    /// Expects that a pack is to be sent, and returns its number and what is to be listed of it.
    private mutating func expectSending(
        _ milliseconds: Int
    ) throws -> (number: Int, pack: IndexObject.Pack) {
        guard case .send(let number, let builder) = next(milliseconds) else {
            throw Unexpected()
        }
        return (number, builder.build().pack)
    }

    private struct Unexpected: Error {}

    @Test mutating func `who commits during a commit shares the next one`() throws {
        #expect(append(1))
        #expect(takeTicket(0) == 1)
        guard case .pause(let end) = next(0) else { throw Unexpected() }
        #expect(next(1) == nil)
        queue.endPause(at: end)
        let first = try expectSending(20)
        for number in 2..<100 as Range<UInt8> {
            #expect(append(number))
            #expect(takeTicket(30) == Int(number))
        }
        #expect(next(1000) == nil)
        queue.setSent(first.number, first.pack, at: start + .milliseconds(1000))
        guard case .list(let packs, let through, _) = next(1000) else { throw Unexpected() }
        #expect(packs.map(\.records.count) == [1])
        #expect(next(1000) == nil)
        #expect(queue.setListed(through: through).ticket == 1)
        let second = try expectSending(1001)
        #expect(second.pack.records.count == 98)
        queue.setSent(second.number, second.pack, at: start + .milliseconds(1100))
        guard case .list(_, let last, _) = next(1100) else { throw Unexpected() }
        #expect(queue.setListed(through: last).ticket == 99)
        #expect(next(2000) == nil)
    }

    @Test mutating func `a large pack does not wait, and is listed in the end`() throws {
        #expect(append(1, byteCount: PackQueue.packByteCount))
        let sent = try expectSending(0)
        queue.setSent(sent.number, sent.pack, at: start)
        guard case .pause(let end) = next(0) else { throw Unexpected() }
        for milliseconds in 1..<100 { #expect(next(milliseconds) == nil) }
        #expect(append(2))
        #expect(takeTicket(100) == 1)
        guard case .pause(let soon) = next(100) else { throw Unexpected() }
        #expect(soon < end)
        queue.endPause(at: soon)
        let other = try expectSending(120)
        queue.setSent(other.number, other.pack, at: start + .milliseconds(200))
        guard case .list(let packs, let through, let since) = next(200) else { throw Unexpected() }
        #expect(packs.count == 2 && since == start)
        #expect(queue.setListed(through: through).ticket == 1)
        // The pause that was there is enough.
        #expect(next(300) == nil)
    }

    @Test mutating func `what follows a pack that is lost is given up`() throws {
        #expect(append(1, byteCount: PackQueue.packByteCount))
        let first = try expectSending(0)
        #expect(append(2))
        let count = queue.lossCount
        queue.setLost(first.number)
        #expect(queue.lossCount == count + 1)
        #expect(queue.takeTicket(since: count, at: start) == nil)
        #expect(
            queue.staged(
                BLAKE3Digest(hashing: ByteBuffer(bytes: [2]).readableBytesSpan),
                as: [.chunk]
            ) == nil
        )
        #expect(next(1000) == nil)
        #expect(takeTicket(1000) == 1)
        guard case .commit(let commitment) = next(1000) else { throw Unexpected() }
        #expect(commitment.ticket == 1 && commitment.lossCount == count + 1)
    }
}
