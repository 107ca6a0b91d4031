// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// Parts of packs that have been read, of which those that have not been used for long go when there are too
/// many.
///
/// There are two generations of half the limit each, as in `RecentlyUsed`.
struct SegmentCache: Sendable {
    private let limit: Int
    private var younger = Generation()
    private var older = Generation()

    /// - Parameter limit: How many bytes they may have together.
    init(limit: Int) { self.limit = limit }

    /// Returns a part, and counts what it was read with as used.
    mutating func use(_ wanted: PackSegment) -> ByteBuffer? {
        if let found = younger.entry(covering: wanted) { return found.part(wanted) }
        guard let found = older.remove(covering: wanted) else { return nil }
        add(found)
        return found.part(wanted)
    }

    /// Adds what has been read from an offset of a pack on.
    mutating func add(_ bytes: ByteBuffer, from start: UInt64, of pack: BLAKE3Digest) {
        add(Entry(pack: pack, start: start, bytes: bytes))
    }

    private mutating func add(_ entry: Entry) {
        if younger.byteCount + entry.bytes.readableBytes > limit / 2 {
            (older, younger) = (younger, Generation())
        }
        younger.insert(entry)
    }

    /// What there is that touches a part of a pack.
    func segments(touching other: PackSegment) -> [PackSegment] {
        younger.segments(touching: other) + older.segments(touching: other)
    }

    private struct Entry: Sendable {
        var pack: BLAKE3Digest
        var start: UInt64
        var bytes: ByteBuffer

        var segment: PackSegment {
            PackSegment(pack: pack, range: start..<start + UInt64(bytes.readableBytes))
        }

        func part(_ wanted: PackSegment) -> ByteBuffer? { bytes.part(wanted.range, at: start) }

        /// What is left, at one of its ends, without a part that it does not have all of.
        func without(_ other: PackSegment) -> Entry? {
            let outside =
                start < other.range.lowerBound
                ? 0..<other.range.lowerBound : other.range.upperBound..<UInt64.max
            let left = segment.range.clamped(to: outside)
            return bytes.part(left, at: start).map {
                Entry(pack: pack, start: left.lowerBound, bytes: $0)
            }
        }
    }

    private struct Generation: Sendable {
        /// In their order; none has anything of another one.
        private var entries: [BLAKE3Digest: [Entry]] = [:]
        private(set) var byteCount = 0

        private func index(covering wanted: PackSegment) -> Int? {
            let index = count(upTo: wanted) - 1
            guard index >= 0, let entry = entries[wanted.pack]?[index],
                entry.segment.covers(wanted)
            else { return nil }
            return index
        }

        func entry(covering wanted: PackSegment) -> Entry? {
            index(covering: wanted).flatMap { entries[wanted.pack]?[$0] }
        }

        mutating func remove(covering wanted: PackSegment) -> Entry? {
            guard let index = index(covering: wanted),
                let entry = entries[wanted.pack]?.remove(at: index)
            else { return nil }
            byteCount -= entry.bytes.readableBytes
            return entry
        }

        /// Adds an entry, unless one has all of it; what others have of it is cut off from them.
        mutating func insert(_ entry: Entry) {
            let found = entries[entry.pack] ?? []
            if found.contains(where: { $0.segment.covers(entry.segment) }) { return }
            var others = found.compactMap { $0.without(entry.segment) }
            let index = others.firstIndex { $0.start > entry.start } ?? others.count
            others.insert(entry, at: index)
            byteCount += Self.byteCount(of: others) - Self.byteCount(of: found)
            entries[entry.pack] = others
        }

        private static func byteCount(of entries: [Entry]) -> Int {
            entries.reduce(0) { $0 + $1.bytes.readableBytes }
        }

        func segments(touching other: PackSegment) -> [PackSegment] {
            (entries[other.pack] ?? []).lazy.map(\.segment)
                .filter { $0.range.overlaps(other.range) }
        }

        /// How many begin where a part does, or before.
        private func count(upTo wanted: PackSegment) -> Int {
            guard let found = entries[wanted.pack] else { return 0 }
            var (low, high) = (0, found.count)
            while low < high {
                let middle = (low + high) / 2
                if found[middle].start <= wanted.range.lowerBound {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }
    }
}
