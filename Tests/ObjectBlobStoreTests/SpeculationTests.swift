// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Testing

@testable import ObjectBlobStore

@Suite struct SpeculationTests {
    @Test func `it grows only as far as it is of use`() {
        var speculation = Speculation()
        #expect(speculation.length(for: 100) == 64 << 10)
        speculation.noteFetch(byteCount: 64 << 10, for: 100)
        #expect(speculation.length(for: 100) == 64 << 10)
        speculation.noteHit(byteCount: 100)
        #expect(speculation.length(for: 100) == 128 << 10)
        for _ in 0..<10 {
            speculation.grow()
            _ = speculation.length(for: 100)
        }
        #expect(speculation.length(for: 100) == 4 << 20)
        #expect(speculation.length(for: 5 << 20) == 5 << 20)
    }

    @Test func `what is read in vain has a limit`() {
        var speculation = Speculation()
        let wanted = 1000
        var (readByteCount, wantedByteCount) = (0, 0)
        for _ in 0..<10_000 {
            speculation.grow()
            let length = speculation.length(for: wanted)
            speculation.noteFetch(byteCount: length, for: wanted)
            readByteCount += length
            wantedByteCount += wanted
        }
        #expect(readByteCount <= 2 * wantedByteCount + (8 << 20))
        #expect(readByteCount > wantedByteCount)
    }

    @Test func `what is found in it allows for more`() {
        var speculation = Speculation()
        var readByteCount = 0
        // Ten records in each part, all of which are wanted.
        for _ in 0..<100 {
            let length = speculation.length(for: 10_000)
            speculation.noteFetch(byteCount: length, for: 10_000)
            for _ in 0..<9 { speculation.noteHit(byteCount: (length - 10_000) / 9) }
            readByteCount += length
        }
        #expect(readByteCount > 90 * (4 << 20))
    }
}

@Suite struct SegmentCacheTests {
    private let pack = BLAKE3Digest(hashing: ByteBuffer(bytes: [1]).readableBytesSpan)
    private let other = BLAKE3Digest(hashing: ByteBuffer(bytes: [2]).readableBytesSpan)
    private let content = ByteBuffer(bytes: (0..<100).map { UInt8($0) })

    private func segment(_ range: Range<UInt64>) -> PackSegment {
        PackSegment(pack: pack, range: range)
    }

    @Test func `parts are found in what has been read`() {
        var cache = SegmentCache(limit: 1000)
        cache.add(content, from: 500, of: pack)
        cache.add(content, from: 700, of: pack)
        #expect(cache.use(segment(510..<512)) == ByteBuffer(bytes: [10, 11]))
        #expect(cache.use(segment(799..<800)) == ByteBuffer(bytes: [99]))
        #expect(cache.use(segment(799..<801)) == nil)
        #expect(cache.use(segment(600..<610)) == nil)
        #expect(cache.use(segment(0..<1)) == nil)
        #expect(cache.use(PackSegment(pack: other, range: 510..<512)) == nil)
        #expect(cache.segments(touching: segment(599..<700)) == [segment(500..<600)])
    }

    @Test func `what has not been used for long goes`() {
        var cache = SegmentCache(limit: 1000)
        for number in 0..<20 as Range<UInt64> {
            cache.add(content, from: number * 100, of: pack)
            #expect(cache.use(segment(0..<10)) != nil)
        }
        #expect(cache.use(segment(1900..<1910)) != nil)
        #expect(cache.use(segment(100..<110)) == nil)
        #expect(cache.segments(touching: segment(0..<2000)).count <= 10)
    }

    @Test func `a larger part takes the place of what is in it`() {
        var cache = SegmentCache(limit: 1000)
        cache.add(ByteBuffer(repeating: 0, count: 10), from: 520, of: pack)
        cache.add(content, from: 500, of: pack)
        #expect(cache.segments(touching: segment(0..<1000)) == [segment(500..<600)])
        #expect(cache.use(segment(525..<526)) == ByteBuffer(bytes: [25]))
        #expect(cache.use(segment(590..<600)) != nil)
    }

    @Test func `a part that is there already changes nothing`() {
        var cache = SegmentCache(limit: 1000)
        cache.add(content, from: 500, of: pack)
        cache.add(ByteBuffer(repeating: 0, count: 10), from: 520, of: pack)
        #expect(cache.segments(touching: segment(0..<1000)) == [segment(500..<600)])
        #expect(cache.use(segment(550..<560)) != nil)
    }

    @Test func `parts do not overlap`() {
        var cache = SegmentCache(limit: 1000)
        cache.add(content, from: 500, of: pack)
        cache.add(content, from: 700, of: pack)
        cache.add(ByteBuffer(repeating: 7, count: 120), from: 590, of: pack)
        let found = cache.segments(touching: segment(0..<1000))
        #expect(found == [segment(500..<590), segment(590..<710), segment(710..<800)])
        #expect(cache.use(segment(585..<590)) == ByteBuffer(bytes: [85, 86, 87, 88, 89]))
        #expect(cache.use(segment(585..<591)) == nil)
        #expect(cache.use(segment(595..<705)) == ByteBuffer(repeating: 7, count: 110))
        #expect(cache.use(segment(710..<712)) == ByteBuffer(bytes: [10, 11]))
    }

    @Test func `a part is cut where others are`() {
        let wanted = segment(100..<110)
        #expect(segment(0..<1000).without(segment(50..<80), around: wanted) == segment(80..<1000))
        #expect(segment(0..<1000).without(segment(200..<300), around: wanted) == segment(0..<200))
        #expect(segment(0..<1000).without(segment(90..<105), around: wanted) == segment(100..<1000))
        #expect(segment(0..<1000).without(segment(105..<120), around: wanted) == segment(0..<110))
        let elsewhere = PackSegment(pack: other, range: 50..<80)
        #expect(segment(0..<1000).without(elsewhere, around: wanted) == segment(0..<1000))
    }
}
