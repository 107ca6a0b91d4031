// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import ObjectStorage

/// Reads small parts of packs, and what is next to them as far as that turns out to be of use: what was written
/// at the same time is often read at the same time.
///
/// Memory: 32 MiB of what was read last, and 20 MiB that is on its way.
final class PackSegments: Sendable {
    private static let byteLimit = 32 << 20
    private static let onTheWayByteLimit = 16 << 20
    /// So many parts are on their way at once, and so many of one pack: whoever comes then waits, and often
    /// finds that what is wanted has been read meanwhile.
    private static let (onTheWayCountLimit, onTheWayCountLimitOfPack) = (64, 4)

    private struct State: Sendable {
        var cache = SegmentCache(limit: PackSegments.byteLimit)
        var onTheWay: Set<PackSegment> = []
        var speculation = Speculation()
    }

    private enum Step: Sendable {
        case take(ByteBuffer)
        case fetch(PackSegment)
    }

    private let storage: any ObjectStorage
    private let state = WaitableState(State())

    init(of storage: any ObjectStorage) { self.storage = storage }

    /// Returns bytes of a pack, or `nil` if there is no such pack; fewer if it ends before.
    func bytes(
        in range: Range<UInt64>,
        of pack: BLAKE3Digest
    ) async throws(BlobError) -> ByteBuffer? {
        let wanted = PackSegment(pack: pack, range: range)
        // To take or to ask for something is no news to those who wait.
        let step = try await state.wait(isNews: { _ in false }, until: { Self.step(wanted, &$0) })
        switch step {
        case .take(let bytes): return bytes
        case .fetch(let segment):
            let result = await fetch(segment)
            let bytes = try result.get()
            return bytes.map { $0.part(range, at: segment.range.lowerBound) ?? ByteBuffer() }
        }
    }

    /// Returns bytes of a pack that have been read already; `nil` if not all of them have.
    func known(in range: Range<UInt64>, of pack: BLAKE3Digest) -> ByteBuffer? {
        state.change { state in
            let found = state.cache.use(PackSegment(pack: pack, range: range))
            if found != nil { state.speculation.noteHit(byteCount: range.count) }
            return (found, isNews: false)
        }
    }

    private static func step(_ wanted: PackSegment, _ state: inout State) -> Step? {
        if let bytes = state.cache.use(wanted) {
            state.speculation.noteHit(byteCount: wanted.range.count)
            return .take(bytes)
        }
        if state.onTheWay.contains(where: { $0.covers(wanted) }) { return nil }
        let others = state.onTheWay.filter { $0.pack == wanted.pack }
        guard state.onTheWay.count < Self.onTheWayCountLimit,
            others.count < Self.onTheWayCountLimitOfPack
        else { return nil }
        let onTheWay = state.onTheWay.reduce(0) { $0 + $1.range.count }
        if onTheWay > 0, onTheWay + wanted.range.count > Self.onTheWayByteLimit { return nil }
        // Who asks for several things of a pack at once goes on with it.
        if !others.isEmpty { state.speculation.grow() }
        var segment = wanted
        let length = UInt64(state.speculation.length(for: wanted.range.count))
        if length > wanted.range.count {
            // What was written just before is as likely to be of use.
            let first = wanted.range.lowerBound / length * length
            segment.range = first..<max(wanted.range.upperBound, first + length)
        }
        let known = state.cache.segments(touching: segment) + others
        let gap = known.reduce(segment) { $0.without($1, around: wanted) }
        let knownByteCount = known.reduce(0) { $0 + $1.range.clamped(to: segment.range).count }
        // Many small gaps cost less if what is between them is read again.
        if max(gap.range.count, knownByteCount) >= segment.range.count / 2 { segment = gap }
        state.speculation.noteFetch(byteCount: segment.range.count, for: wanted.range.count)
        state.onTheWay.insert(segment)
        return .fetch(segment)
    }

    private func fetch(_ segment: PackSegment) async -> Result<ByteBuffer?, BlobError> {
        let result: Result<ByteBuffer?, BlobError>
        do throws(BlobError) {
            result = .success(
                try await storage.content(
                    of: PackObject.key(segment.pack),
                    in: segment.range,
                    upTo: segment.range.count
                )
            )
        } catch {
            result = .failure(error)
        }
        state.update { state in
            state.onTheWay.remove(segment)
            guard case .success(let bytes?) = result else { return }
            state.cache.add(bytes, from: segment.range.lowerBound, of: segment.pack)
            state.speculation.noteEnd(byteCount: segment.range.count - bytes.readableBytes)
        }
        return result
    }
}
