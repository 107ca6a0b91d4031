// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The parts of packs that have a range of a blob, in the order of the blob.
///
/// Chunks of one piece that are near each other in a pack are read with one request, in whatever order they
/// are there: few of a blob that is much like an older one are apart from the rest.
///
/// Memory: a page of the list of chunks, and where some hundred chunks are.
final class PackedPieces: Sendable {
    private static let lookupCount = 256
    private static let pieceByteCount: UInt64 = 8 << 20
    private static let requestCount = 16
    /// So many bytes that nobody wants are read rather than asked around, if there are not more of them than
    /// of those that are wanted, in bytes.
    private static let gapByteCount: UInt64 = 512 << 10

    private struct Chunk: Sendable {
        var location: RecordLocation
        /// Where it begins in the blob.
        var start: UInt64
    }

    private struct State: Sendable {
        var pages: ArraySlice<(page: SplitBlob.Page, content: ByteBuffer?)>
        var references: ArraySlice<ChunkReference> = []
        /// Where the next of `references`, or of `pages`, begins in the blob.
        var position: UInt64 = 0
        var chunks: ArraySlice<Chunk> = []
        /// How large the next piece is.
        var pieceByteCount: UInt64 = 1
    }

    private let digest: BLAKE3Digest
    private let wanted: Range<UInt64>
    private let reader: PackReader
    private let state: Mutex<State>

    init(
        _ digest: BLAKE3Digest,
        _ description: BlobDescription,
        _ wanted: Range<UInt64>,
        _ reader: PackReader
    ) {
        self.digest = digest
        self.wanted = wanted
        self.reader = reader
        let contents = description.pages.map(Optional.some)
        let pages = description.blob.pages.enumerated().map { index, page in
            (page: page, content: index < contents.count ? contents[index] : nil)
        }
        state = Mutex(State(pages: pages[...]))
    }

    /// Returns what is to be read next, or `nil` at the end; called by one task at a time.
    func next() async throws(BlobError) -> ReadAhead.Piece? {
        var state = state.withLock { $0 }
        if state.chunks.isEmpty { try await locateChunks(&state) }
        var chunks: [Chunk] = []
        var byteCount: UInt64 = 0
        while byteCount < state.pieceByteCount, let chunk = state.chunks.popFirst() {
            byteCount += chunk.location.record.size
            chunks.append(chunk)
        }
        // The first bytes come sooner if little is asked for.
        state.pieceByteCount = min(max(byteCount * 2, 256 << 10), Self.pieceByteCount)
        let next = state
        self.state.withLock { $0 = next }
        return chunks.isEmpty ? nil : piece(chunks, byteCount)
    }

    private func piece(_ chunks: [Chunk], _ byteCount: UInt64) -> ReadAhead.Piece {
        let runs = Self.runs(of: chunks.map(\.location))
        // What is between chunks is kept with them.
        let readByteCount = runs.reduce(0) { $0 + Self.byteCount(of: $1) }
        return ReadAhead.Piece(byteCount: Int(clamping: max(byteCount, readByteCount))) {
            [reader, wanted] () throws(BlobError) in
            let found = try await concurrentMap(runs, atOnce: Self.requestCount) {
                run throws(BlobError) in
                try await reader.contents(at: run)
            }
            let contents = Dictionary(
                zip(runs.joined(), found.joined()).map { ($0.record.digest, $1) },
                uniquingKeysWith: { first, _ in first }
            )
            return chunks.compactMap { chunk in
                contents[chunk.location.record.digest]?.part(wanted, at: chunk.start)
            }
        }
    }

    private static func byteCount(of run: [RecordLocation]) -> UInt64 {
        guard let first = run.first, let last = run.last else { return 0 }
        return last.range.upperBound - first.range.lowerBound
    }

    /// Returns each of some records once, those together that are near each other.
    private static func runs(of locations: [RecordLocation]) -> [[RecordLocation]] {
        let inOrder = Set(locations).sorted { ($0.pack, $0.position) < ($1.pack, $1.position) }
        var runs: [[RecordLocation]] = []
        var (byteCount, gapByteCount): (UInt64, UInt64) = (0, 0)
        for location in inOrder {
            byteCount += UInt64(location.record.storedLength)
            if let last = runs.last?.last, last.pack == location.pack,
                // What an index object says may be anything.
                location.position >= last.range.upperBound
            {
                let gap = location.position - last.range.upperBound
                gapByteCount += gap
                if gap <= Self.gapByteCount, gapByteCount <= byteCount {
                    runs[runs.count - 1].append(location)
                    continue
                }
            }
            (byteCount, gapByteCount) = (UInt64(location.record.storedLength), 0)
            runs.append([location])
        }
        return runs
    }

    // MARK: finding chunks

    private func locateChunks(_ state: inout State) async throws(BlobError) {
        var references: [(ChunkReference, start: UInt64)] = []
        while references.count < Self.lookupCount, state.position < wanted.upperBound {
            guard let reference = state.references.popFirst() else {
                try await openPage(&state)
                continue
            }
            if state.position + reference.size > wanted.lowerBound {
                references.append((reference, state.position))
            }
            state.position += reference.size
        }
        let digests = references.map(\.0.digest)
        let locations = try await reader.index.locations(of: digests, as: .content)
        var chunks: [Chunk] = []
        for ((reference, start), location) in zip(references, locations) {
            guard let location else {
                throw damage("its chunk \(reference.digest) is not there")
            }
            guard location.record.size == reference.size else {
                throw damage("its chunk \(reference.digest) has not \(reference.size) bytes")
            }
            chunks.append(Chunk(location: location, start: start))
        }
        state.chunks = chunks[...]
    }

    /// Goes on to the next page that the range touches.
    private func openPage(_ state: inout State) async throws(BlobError) {
        while let (page, content) = state.pages.popFirst() {
            if state.position + page.byteCount > wanted.lowerBound {
                state.references = try await reader.chunks(of: page, content, of: digest)[...]
                return
            }
            state.position += page.byteCount
        }
        throw damage("its list of chunks ends at byte \(state.position)")
    }

    private func damage(_ problem: String) -> BlobError {
        BlobError(.corrupt, "\(digest) in \(reader.index.storage.name): \(problem)")
    }
}

extension PackReader {
    /// Returns the chunks of a page, whose content may be known.
    func chunks(
        of page: SplitBlob.Page,
        _ known: ByteBuffer?,
        of digest: BLAKE3Digest
    ) async throws(BlobError) -> [ChunkReference] {
        var content = known
        if content == nil { content = try await self.page(page.digest) }
        guard let content, let parsed = ChunkListPage(parsing: content),
            parsed.byteCount == page.byteCount
        else {
            throw BlobError(
                .corrupt,
                "\(digest) in \(index.storage.name): a part of its list of chunks is gone or damaged"
            )
        }
        return parsed.chunks
    }
}
