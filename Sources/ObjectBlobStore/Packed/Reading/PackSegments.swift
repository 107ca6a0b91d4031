// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import ObjectStorage

/// Reads small parts of packs, and what is behind them as far as that turns out to be of use: what was written
/// at the same time is often read at the same time.
///
/// Memory: 48 MiB of what was read last, and 32 MiB that is on its way.
final class PackSegments: Sendable {
    private static let byteLimit = 48 << 20
    private static let onTheWayByteLimit = 32 << 20
    private static let firstByteCount: UInt64 = 64 << 10
    private static let shortestByteCount: UInt64 = 4 << 10
    private static let longestByteCount: UInt64 = 4 << 20
    private static let rememberedPackCount = 4096

    private struct Segment: Sendable {
        var pack: BLAKE3Digest
        var range: Range<UInt64>

        func covers(_ wanted: Range<UInt64>, of pack: BLAKE3Digest) -> Bool {
            self.pack == pack && range.clamped(to: wanted) == wanted
        }

        /// What is left, around a range that is wanted, if others have been read or are on their way.
        func without(_ others: [Segment], around wanted: Range<UInt64>) -> Segment {
            var (start, end) = (range.lowerBound, range.upperBound)
            for other in others where other.pack == pack {
                // One may have a part of what is wanted.
                if other.range.lowerBound <= wanted.lowerBound {
                    start = max(start, min(other.range.upperBound, wanted.lowerBound))
                }
                if other.range.upperBound >= wanted.upperBound {
                    end = min(end, max(other.range.lowerBound, wanted.upperBound))
                }
            }
            return Segment(pack: pack, range: start..<end)
        }
    }

    /// How much has been read of a pack, and how often something else was found in what was read last.
    private struct Experience: Sendable {
        private var length = PackSegments.firstByteCount
        private var byteCount: UInt64 = 0
        var hitCount = 0

        /// Begins with the next segment, and returns how long it should be.
        ///
        /// It is twice as long each time until as much has been read as a pack usually has, so that reading all
        /// of one takes few requests; after that, only if something was found in the last one. So in whatever
        /// order records are read, not much more than twice their bytes are.
        mutating func next() -> UInt64 {
            defer {
                byteCount += length
                hitCount = 0
            }
            guard byteCount > 0 else { return length }
            let isWorthMore = byteCount < UInt64(PackQueue.packByteCount) || hitCount > 0
            length = min(
                max(isWorthMore ? length * 2 : length / 4, PackSegments.shortestByteCount),
                PackSegments.longestByteCount
            )
            return length
        }
    }

    private struct State: Sendable {
        /// Those used last are at the end.
        var kept: [(segment: Segment, bytes: ByteBuffer)] = []
        var byteCount = 0
        var onTheWay: [Segment] = []
        var experiences: [BLAKE3Digest: Experience] = [:]
    }

    private enum Step: Sendable {
        case take(ByteBuffer)
        case fetch(Segment)
    }

    private let storage: any ObjectStorage
    private let state = WaitableState(State())

    init(of storage: any ObjectStorage) { self.storage = storage }

    /// Returns bytes of a pack, or `nil` if there is no such pack; fewer if it ends before.
    func bytes(
        in range: Range<UInt64>,
        of pack: BLAKE3Digest
    ) async throws(BlobError) -> ByteBuffer? {
        let step = try await state.wait { state in Self.step(range, pack, &state) }
        switch step {
        case .take(let bytes): return bytes
        case .fetch(let segment):
            let result = await fetch(segment)
            let bytes = try result.get()
            return bytes.map { $0.part(range, at: segment.range.lowerBound) ?? ByteBuffer() }
        }
    }

    private static func step(
        _ range: Range<UInt64>,
        _ pack: BLAKE3Digest,
        _ state: inout State
    ) -> Step? {
        let index = state.kept.lastIndex { $0.segment.covers(range, of: pack) }
        if let index,
            let part = state.kept[index].bytes.part(
                range,
                at: state.kept[index].segment.range.lowerBound
            )
        {
            state.kept.append(state.kept.remove(at: index))
            state.experiences[pack]?.hitCount += 1
            return .take(part)
        }
        if state.onTheWay.contains(where: { $0.covers(range, of: pack) }) { return nil }
        let onTheWay = state.onTheWay.reduce(0) { $0 + $1.range.count }
        if onTheWay > 0, onTheWay + range.count > Self.onTheWayByteLimit { return nil }
        if state.experiences.count > Self.rememberedPackCount { state.experiences = [:] }
        let length = state.experiences[pack, default: Experience()].next()
        // What was written just before is as likely to be of use.
        let start = range.lowerBound / length * length
        let segment = Segment(pack: pack, range: start..<max(range.upperBound, start + length))
            .without(state.kept.map(\.segment) + state.onTheWay, around: range)
        state.onTheWay.append(segment)
        return .fetch(segment)
    }

    private func fetch(_ segment: Segment) async -> Result<ByteBuffer?, BlobError> {
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
            state.onTheWay.removeAll { $0.pack == segment.pack && $0.range == segment.range }
            guard case .success(let bytes?) = result else { return }
            var found = segment
            let end = segment.range.lowerBound + UInt64(bytes.readableBytes)
            found.range = segment.range.lowerBound..<end
            state.kept.append((found, bytes))
            state.byteCount += bytes.readableBytes
            while state.byteCount > Self.byteLimit, !state.kept.isEmpty {
                state.byteCount -= state.kept.removeFirst().bytes.readableBytes
            }
        }
        return result
    }
}
