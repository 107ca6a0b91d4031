// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

@testable import BlobCombinators

@Suite struct FetchPlanTests {
    private static let chunks = (0..<10).map { index in
        ChunkReference(digest: .empty, size: UInt64(100 + index))
    }
    private let layout = ChunkLayout(size: 1045, chunks: FetchPlanTests.chunks)

    private func plan(ahead: UInt64 = 400, segment: UInt64 = 250, small: Bool = false) -> FetchPlan
    {
        var plan = FetchPlan(
            layout,
            aheadByteCount: ahead,
            inFlightByteCount: ahead,
            segmentByteCount: segment,
            callLimit: 8,
            beginsSmall: small
        )
        plan.setKnown(0..<1045, present: RangeSet())
        return plan
    }

    /// Takes what can be fetched at once.
    private func segments(_ plan: inout FetchPlan) -> [Range<UInt64>] {
        var segments: [Range<UInt64>] = []
        while let segment = plan.takeSegment() { segments.append(segment) }
        return segments
    }

    private func finish(_ segment: Range<UInt64>, _ plan: inout FetchPlan) {
        plan.add(segment)
        plan.endSegment(segment, hasFailed: false)
    }

    @Test func `segments end where chunks end`() {
        var plan = plan(ahead: 1045)
        _ = plan.addReader(0..<1045)
        #expect(plan.takeSegment() == 0..<201)
        #expect(plan.takeSegment() == nil)
        finish(0..<201, &plan)
        #expect(segments(&plan) == [201..<406, 406..<615, 615..<828, 828..<1045])
    }

    @Test func `the first segment is small if it can be`() {
        var plan = plan(small: true)
        _ = plan.addReader(250..<1045)
        #expect(segments(&plan) == [201..<303])
        finish(201..<303, &plan)
        #expect(segments(&plan) == [303..<510])
    }

    @Test func `nothing is fetched beyond the window of a reader`() {
        var plan = plan()
        let reader = plan.addReader(0..<1045)
        var fetched: UInt64 = 0
        while let segment = plan.takeSegment() {
            finish(segment, &plan)
            fetched = max(fetched, segment.upperBound)
        }
        #expect(fetched == 201)
        plan.moveReader(reader, to: 150)
        while let segment = plan.takeSegment() {
            finish(segment, &plan)
            fetched = max(fetched, segment.upperBound)
        }
        #expect(fetched > 400 && fetched <= 628)
    }

    @Test func `all of a blob is fetched in the end`() {
        for (ahead, segment) in [(1, 1), (100, 50), (400, 250), (1045, 1045), (5000, 300)] {
            var plan = plan(ahead: UInt64(ahead), segment: UInt64(segment), small: true)
            let reader = plan.addReader(0..<1045)
            var position: UInt64 = 0
            while position < 1045 {
                for segment in segments(&plan) { finish(segment, &plan) }
                guard plan.present.contains(position) else {
                    Issue.record("byte \(position) is not fetched")
                    return
                }
                position += 1
                plan.moveReader(reader, to: position)
            }
            #expect(plan.isComplete)
        }
    }

    @Test func `what is there is left out`() {
        var plan = plan(ahead: 1045, segment: 1045)
        plan.setPresent(RangeSet([0..<100, 303..<510]))
        _ = plan.addReader(0..<1045)
        plan.add(0..<1)
        let first = plan.takeSegment()
        #expect(first == 100..<303)
        #expect(plan.takeSegment() == 510..<1045)
        #expect(plan.takeSegment() == nil)
    }

    @Test func `what has failed is tried again when somebody needs it`() {
        var plan = plan()
        let reader = plan.addReader(0..<1045)
        plan.add(0..<100)
        plan.moveReader(reader, to: 50)
        let segment = plan.takeSegment()
        #expect(segment == 100..<303)
        plan.endSegment(100..<303, hasFailed: true)
        #expect(plan.readers(waitingIn: 100..<303).isEmpty)
        #expect(plan.takeSegment()?.lowerBound != 100)
        plan.moveReader(reader, to: 100)
        #expect(plan.readers(waitingIn: 100..<303) == [reader])
        #expect(plan.takeSegment() == 100..<201)
    }

    @Test func `who comes first to a gap is served first`() {
        var plan = plan(ahead: 300, segment: 100)
        plan.add(0..<201)
        _ = plan.addReader(0..<1045)
        _ = plan.addReader(720..<1045)
        #expect(plan.takeSegment()?.contains(720) == true)
    }

    @Test func `near is asked about chunks before they are fetched`() {
        var plan = FetchPlan(
            layout,
            aheadByteCount: 400,
            inFlightByteCount: 400,
            segmentByteCount: 250,
            callLimit: 8
        )
        #expect(plan.nextUnknown() == nil)
        _ = plan.addReader(500..<1045)
        #expect(plan.takeSegment() == nil)
        #expect(plan.nextUnknown() == 406..<1045)
        plan.setKnown(406..<1045, present: RangeSet(406..<616))
        #expect(plan.nextUnknown() == nil)
        #expect(plan.takeSegment()?.lowerBound == 616)
    }

    @Test func `nobody reads, nothing is fetched`() {
        var plan = plan()
        let reader = plan.addReader(0..<1045)
        plan.removeReader(reader)
        #expect(plan.takeSegment() == nil)
    }
}

@Suite struct PieceCutterTests {
    private let sizes: [UInt64] = [10, 300_000, 2_500_000, 700]

    private func pieces(
        _ layout: ChunkLayout,
        _ range: Range<UInt64>,
        by step: Int
    ) -> [Range<UInt64>] {
        var cutter = PieceCutter(layout, range)
        var pieces: [Range<UInt64>] = []
        var rest = range.count
        while rest > 0 {
            let bytes = ByteBuffer(repeating: UInt8(rest & 0xFF), count: min(step, rest))
            rest -= bytes.readableBytes
            for (piece, offset) in cutter.append(bytes) {
                pieces.append(offset..<offset + UInt64(piece.readableBytes))
            }
        }
        #expect(cutter.position == range.upperBound)
        return pieces
    }

    @Test(arguments: [1000, 16_384, 100_000, 5_000_000])
    func `pieces follow one another and end with chunks`(step: Int) {
        let chunks = sizes.map { ChunkReference(digest: .empty, size: $0) }
        let layout = ChunkLayout(size: sizes.reduce(0, +), chunks: chunks)
        for range in [0..<layout.size, 10..<300_010, 200_000..<2_800_000, 300_010..<2_800_010] {
            let pieces = pieces(layout, range, by: step)
            #expect(pieces.first?.lowerBound == range.lowerBound)
            #expect(pieces.last?.upperBound == range.upperBound)
            for (piece, next) in zip(pieces, pieces.dropFirst()) {
                #expect(piece.upperBound == next.lowerBound)
            }
            #expect(pieces.allSatisfy { $0.count <= 1 << 20 })
            for end in [10, 300_010, 2_800_010] as [UInt64]
            where range.lowerBound < end && end <= range.upperBound {
                #expect(pieces.contains { $0.upperBound == end })
            }
        }
    }

    @Test func `a blob without chunks is cut by content`() {
        let layout = ChunkLayout(size: 3_000_000, chunks: [])
        let pieces = pieces(layout, 0..<3_000_000, by: 50_000)
        #expect(pieces.count > 1 && pieces.allSatisfy { $0.count <= 1 << 20 })
        #expect(pieces.last?.upperBound == 3_000_000)
    }
}

@Suite struct RangeGapsTests {
    @Test func `what is between ranges is found`() {
        var set = RangeSet<UInt64>()
        for range in [10..<20, 30..<40, 60..<70] as [Range<UInt64>] {
            set.insert(contentsOf: range)
        }
        #expect(Array(set.gaps(in: 0..<100)) == [0..<10, 20..<30, 40..<60, 70..<100])
        #expect(Array(set.gaps(in: 15..<35)) == [20..<30])
        #expect(Array(set.gaps(in: 20..<31)) == [20..<30])
        #expect(Array(set.gaps(in: 31..<40)) == [])
        #expect(Array(set.gaps(in: 45..<50)) == [45..<50])
        #expect(Array(RangeSet<UInt64>().gaps(in: 3..<4)) == [3..<4])
        #expect(Array(set.gaps(in: 25..<25)) == [])
    }
}

@Suite struct RecentPiecesTests {
    private func piece(_ index: Int) -> ByteBuffer {
        ByteBuffer(repeating: UInt8(index), count: 100)
    }

    @Test func `the oldest go first`() {
        var recent = RecentPieces(in: FetchMemory(byteCount: 350))
        // They need not come in order.
        for index in [2, 1, 0, 3, 4, 5, 6, 9, 8, 7] {
            recent.append(piece(index), at: UInt64(index * 100))
        }
        #expect(recent.bytes(from: 650, upTo: 1000) == nil)
        #expect(recent.bytes(from: 750, upTo: 1000) == ByteBuffer(repeating: 7, count: 50))
        #expect(recent.bytes(from: 900, upTo: 910) == ByteBuffer(repeating: 9, count: 10))
        recent.remove(touching: 750..<751)
        #expect(recent.bytes(from: 750, upTo: 1000) == nil)
        #expect(recent.bytes(from: 800, upTo: 1000)?.readableBytes == 100)
    }

    @Test func `fetches together keep no more than there is memory`() async {
        let memory = FetchMemory(byteCount: 1000)
        var first = RecentPieces(in: memory)
        for index in 0..<10 { first.append(piece(index), at: UInt64(index * 100)) }
        var second = RecentPieces(in: memory)
        second.append(piece(1), at: 0)
        #expect(second.bytes(from: 0, upTo: 100) == nil)
        first.removeAll()
        second.append(piece(1), at: 0)
        #expect(second.bytes(from: 0, upTo: 100) == piece(1))
    }

    @Test func `a piece replaces what it overlaps`() {
        var recent = RecentPieces(in: FetchMemory(byteCount: 1000))
        recent.append(piece(1), at: 0)
        recent.append(piece(2), at: 100)
        recent.append(piece(3), at: 50)
        #expect(recent.bytes(from: 0, upTo: 100) == nil)
        #expect(recent.bytes(from: 50, upTo: 200) == piece(3))
        #expect(recent.bytes(from: 150, upTo: 200) == nil)
    }
}
