// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore
import Synchronization

/// Reads a range of a split blob, chunk by chunk, some of them ahead and in parallel.
///
/// Memory: one page of the chunk list (160 KiB) and the chunks of one step, at most
/// `maximumStepByteCount` beyond the first.
final class SplitBlobBody: Sendable {
    /// How much one step reads at most; the first steps read less.
    private static let maximumStepByteCount: UInt64 = 2 << 20

    private struct State {
        var pages: ArraySlice<SplitBlob.Page>
        var chunks: ArraySlice<ChunkReference> = []
        /// Where the next chunk of `chunks`, or the next of `pages`, begins in the blob.
        var position: UInt64 = 0
        var stepByteCount: UInt64 = 1
        var ready: ArraySlice<ByteBuffer> = []
    }

    private let digest: BLAKE3Digest
    private let range: Range<UInt64>
    private let reader: StoreReader
    private let state: Mutex<State>

    init(
        _ blob: SplitBlob,
        _ digest: BLAKE3Digest,
        range: Range<UInt64>,
        reader: StoreReader
    ) {
        self.digest = digest
        self.range = range
        self.reader = reader
        state = Mutex(State(pages: blob.pages[...]))
    }

    /// Returns the next bytes of the range.
    func next() async throws(BlobError) -> ByteBuffer? {
        if let buffer = state.withLock({ $0.ready.popFirst() }) { return buffer }
        try BlobError.checkCancellation()
        let step = try await Workers.run { [self] () throws(BlobError) in try nextStep() }
        guard !step.isEmpty else { return nil }
        let buffers = Mutex([ByteBuffer](repeating: ByteBuffer(), count: step.count))
        try await Workers.forEach(step.count) { [self] index throws(BlobError) in
            let buffer = try read(step[index])
            buffers.withLock { $0[index] = buffer }
        }
        let first = buffers.withLock { $0[...] }
        return state.withLock { state in
            state.ready = first
            return state.ready.popFirst()
        }
    }

    private struct Piece: Sendable {
        var chunk: ChunkReference
        var entry: IndexEntry?
        /// Where the chunk begins in the blob.
        var start: UInt64
    }

    private func read(_ piece: Piece) throws(BlobError) -> ByteBuffer {
        let content = try reader.chunk(piece.chunk, piece.entry, of: digest)
        let wanted = range.clamped(to: piece.start..<piece.start + piece.chunk.size)
        let start = content.readerIndex + Int(wanted.lowerBound - piece.start)
        return content.getSlice(at: start, length: wanted.count) ?? ByteBuffer()
    }

    /// Chooses the chunks of the next step: one at first, then each time twice as many bytes.
    private func nextStep() throws(BlobError) -> [Piece] {
        var state = state.withLock { $0 }
        var pieces: [Piece] = []
        var byteCount: UInt64 = 0
        while byteCount < state.stepByteCount, state.position < range.upperBound {
            guard let chunk = state.chunks.popFirst() else {
                try openPage(&state)
                continue
            }
            if state.position + chunk.size > range.lowerBound {
                pieces.append(Piece(chunk: chunk, entry: nil, start: state.position))
                byteCount += chunk.size
            }
            state.position += chunk.size
        }
        let entries = try reader.index.entries(of: pieces.map(\.chunk.digest))
        for index in pieces.indices { pieces[index].entry = entries[index] }
        state.stepByteCount = min(max(byteCount, 256 << 10) * 2, Self.maximumStepByteCount)
        self.state.withLock { $0 = state }
        return pieces
    }

    /// Goes on to the next page that the range touches.
    private func openPage(_ state: inout State) throws(BlobError) {
        while let page = state.pages.popFirst() {
            if state.position + page.byteCount > range.lowerBound {
                state.chunks = try reader.page(page, of: digest).chunks[...]
                return
            }
            state.position += page.byteCount
        }
        throw BlobError(.corrupt, "\(digest): its chunk list ends at \(state.position)")
    }
}
