// SPDX-License-Identifier: Apache-2.0

/// Decides which part of a blob is fetched next: what the readers need that is not there, nearest first.
///
/// It does nothing itself.
struct FetchPlan: Sendable {
    /// Near is asked for the chunks of so many bytes at once.
    private static let lookAheadByteCount: UInt64 = 128 << 20

    struct Reader: Sendable {
        /// What it needs next.
        var position: UInt64
        /// Where what it needs ends.
        let end: UInt64
    }

    /// Where a blob is divided, and which chunks it has.
    let layout: ChunkLayout
    /// How far ahead of a reader is fetched, in bytes.
    let aheadByteCount: UInt64
    /// How much is on its way at the same time, in bytes, about.
    let inFlightByteCount: UInt64
    /// About how much is fetched at once, in bytes.
    let segmentByteCount: UInt64
    /// How many segments are on their way at the same time.
    let callLimit: Int
    /// Whether the first segment is as small as can be.
    let beginsSmall: Bool

    private(set) var readers: [Int: Reader] = [:]
    /// What is there.
    private(set) var present = RangeSet<UInt64>()
    /// What is being fetched.
    private(set) var inFlight: [Range<UInt64>] = []
    /// What could not be fetched; it is tried again when a reader needs it next.
    private var blocked = RangeSet<UInt64>()
    /// Where near has not been asked whether it has the chunks.
    private var unknown: RangeSet<UInt64>
    private var lastReader = 0
    /// Whether something has come since the fetch began.
    private(set) var hasBegun = false

    init(
        _ layout: ChunkLayout,
        aheadByteCount: UInt64,
        inFlightByteCount: UInt64,
        segmentByteCount: UInt64,
        callLimit: Int,
        beginsSmall: Bool = false
    ) {
        self.layout = layout
        self.aheadByteCount = aheadByteCount
        self.inFlightByteCount = inFlightByteCount
        self.segmentByteCount = segmentByteCount
        self.callLimit = callLimit
        self.beginsSmall = beginsSmall
        unknown = layout.chunks.isEmpty ? RangeSet() : RangeSet(0..<layout.size)
    }

    /// Whether all of the blob is there.
    var isComplete: Bool {
        layout.size == 0 || present.ranges.count == 1 && present.ranges[0] == 0..<layout.size
    }

    // MARK: readers

    /// Adds a reader of a range, all of which is tried to be fetched even if it could not be before.
    mutating func addReader(_ range: Range<UInt64>) -> Int {
        blocked.remove(contentsOf: range)
        lastReader += 1
        readers[lastReader] = Reader(position: range.lowerBound, end: range.upperBound)
        return lastReader
    }

    mutating func removeReader(_ reader: Int) { readers[reader] = nil }

    /// Notes what a reader needs next, which is then tried to be fetched if it could not be before.
    mutating func moveReader(_ reader: Int, to position: UInt64) {
        guard readers[reader] != nil else { return }
        readers[reader]?.position = position
        let piece = layout.piece(at: min(position, layout.size - 1))
        if blocked.contains(position) { blocked.remove(contentsOf: piece) }
    }

    // MARK: what to do next

    /// A range of chunks about which near has to be asked first, if there is one.
    func nextUnknown() -> Range<UInt64>? {
        for reader in readers.values {
            let ahead = RangeSet(window(of: reader)).intersection(unknown)
            if let first = ahead.ranges.first {
                // More than that, so that near is not asked for every chunk by itself.
                let length = min(layout.size - first.lowerBound, Self.lookAheadByteCount)
                let end = max(first.lowerBound + length, first.upperBound)
                return layout.roundedOut(first.lowerBound..<end)
            }
        }
        return nil
    }

    /// Notes that near has said which chunks of a range it has.
    mutating func setKnown(_ range: Range<UInt64>, present: RangeSet<UInt64>) {
        unknown.remove(contentsOf: range)
        self.present = present
    }

    /// Takes the next range that is to be fetched; `nil` if there is none at the moment.
    mutating func takeSegment() -> Range<UInt64>? {
        guard inFlight.count < callLimit else { return nil }
        let onItsWay = inFlight.reduce(0) { $0 + UInt64($1.count) }
        guard onItsWay < inFlightByteCount, let gap = nearestGap() else { return nil }
        // The first bytes do not share the line with others, if a small part can be had.
        if !hasBegun, !inFlight.isEmpty { return nil }
        let isSmall = beginsSmall && !hasBegun
        let segment = segment(of: gap, upTo: isSmall ? 1 : segmentByteCount)
        inFlight.append(segment)
        return segment
    }

    /// The gap that some reader comes to first.
    private func nearestGap() -> Range<UInt64>? {
        var nearest: (distance: UInt64, gap: Range<UInt64>)?
        for reader in readers.values {
            guard let gap = firstGap(of: reader) else { continue }
            let distance = gap.lowerBound - min(gap.lowerBound, reader.position)
            if distance < nearest?.distance ?? .max { nearest = (distance, gap) }
        }
        return nearest?.gap
    }

    private func firstGap(of reader: Reader) -> Range<UInt64>? {
        for gap in present.gaps(in: window(of: reader)) {
            var wanted = RangeSet(gap).subtracting(blocked).subtracting(unknown)
            for range in inFlight where range.overlaps(gap) { wanted.remove(contentsOf: range) }
            if let gap = wanted.ranges.first(where: { isWorthAsking($0, of: reader) }) {
                return gap
            }
        }
        return nil
    }

    /// Whether a gap is fetched now, and not when more of it has come into the window of the reader.
    private func isWorthAsking(_ gap: Range<UInt64>, of reader: Reader) -> Bool {
        gap.upperBound < window(of: reader).upperBound || gap.upperBound >= reader.end
            || UInt64(gap.count) >= segmentByteCount || gap.contains(reader.position)
    }

    private func window(of reader: Reader) -> Range<UInt64> {
        let length = min(aheadByteCount, reader.end - reader.position)
        return layout.roundedOut(reader.position..<reader.position + length)
    }

    /// The beginning of a gap, up to a division.
    private func segment(of gap: Range<UInt64>, upTo byteCount: UInt64) -> Range<UInt64> {
        var end = min(layout.piece(at: gap.lowerBound).upperBound, gap.upperBound)
        while end < gap.upperBound {
            let next = min(layout.piece(at: end).upperBound, gap.upperBound)
            if next - gap.lowerBound > byteCount { break }
            end = next
        }
        return gap.lowerBound..<end
    }

    // MARK: what has happened

    /// Notes that bytes are there.
    mutating func add(_ range: Range<UInt64>) {
        present.insert(contentsOf: range)
        hasBegun = true
    }

    /// Notes what is there, all in all.
    mutating func setPresent(_ ranges: RangeSet<UInt64>) { present = ranges }

    /// Notes that a segment is not being fetched any more; what of one that has failed has not come is
    /// tried again when a reader needs it.
    mutating func endSegment(_ segment: Range<UInt64>, hasFailed: Bool) {
        inFlight.removeAll { $0 == segment }
        if hasFailed { blocked.formUnion(RangeSet(segment).subtracting(present)) }
    }

    /// The readers that wait for something in a range which has not come.
    func readers(waitingIn range: Range<UInt64>) -> [Int] {
        readers.filter { range.contains($0.value.position) && !present.contains($0.value.position) }
            .map(\.key)
    }
}
