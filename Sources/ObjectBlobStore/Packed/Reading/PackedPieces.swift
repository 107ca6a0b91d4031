// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The parts of packs that have a range of a blob, in the order of the blob; those next to each other are
/// read with one request.
///
/// Memory: a page of the list of chunks, and where some hundred chunks are.
final class PackedPieces: Sendable {
    private static let lookupCount = 256
    private static let requestByteCount: UInt64 = 4 << 20
    /// So many bytes that nobody wants are read rather than asked around, in bytes.
    private static let gapByteCount: UInt64 = 64 << 10

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
        /// How much is asked for at once.
        var requestByteCount: UInt64 = 1
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
        var run: [Chunk] = []
        var (byteCount, gapByteCount): (UInt64, UInt64) = (0, 0)
        while let chunk = state.chunks.first, byteCount < state.requestByteCount {
            // Equal chunks, as of zeros, are one record.
            if let last = run.last?.location, last != chunk.location {
                let gap = chunk.location.position.subtractingReportingOverflow(
                    last.range.upperBound
                )
                guard chunk.location.pack == last.pack, !gap.overflow,
                    gap.partialValue <= Self.gapByteCount,
                    gapByteCount + gap.partialValue <= max(byteCount, Self.gapByteCount)
                else { break }
                gapByteCount += gap.partialValue
            }
            byteCount += chunk.location.record.size
            run.append(chunk)
            state.chunks.removeFirst()
        }
        // The first bytes come sooner if little is asked for.
        state.requestByteCount = min(max(byteCount * 2, 256 << 10), Self.requestByteCount)
        let next = state
        self.state.withLock { $0 = next }
        return run.isEmpty ? nil : piece(run, byteCount)
    }

    private func piece(_ run: [Chunk], _ byteCount: UInt64) -> ReadAhead.Piece {
        ReadAhead.Piece(byteCount: Int(clamping: byteCount)) {
            [reader, wanted] () throws(BlobError) in
            let contents = try await reader.contents(at: run.map(\.location))
            return zip(run, contents).compactMap { $1.part(wanted, at: $0.start) }
        }
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
        let locations = try await reader.index.locations(of: digests, as: .chunk)
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
