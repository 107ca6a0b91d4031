// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore
import Synchronization

/// Reads a range of a split blob, chunk by chunk, some of them ahead and in parallel, and checks every
/// group of it against the digest of the blob.
///
/// Memory: one page of the chunk list (160 KiB), what the hash tree keeps, and the chunks of one step,
/// at most 2 MiB beyond the first, and less if many bodies are open: see ``ReadShare``.
final class SplitBlobBody: Sendable {
    private struct State {
        var pages: ArraySlice<SplitBlob.Page>
        var chunks: ArraySlice<ChunkReference> = []
        /// Where the next chunk of `chunks`, or the next of `pages`, begins in the blob.
        var position: UInt64 = 0
        var stepByteCount: UInt64 = 1
        var groups: GroupAssembler
        /// What has been checked, the last bytes first, so that what is handed on is kept no longer.
        var ready: [ByteBuffer] = []
    }

    private let tree: BlobTree
    private let wanted: Range<UInt64>
    /// The bytes of the groups that are read.
    private let range: Range<UInt64>
    private let reader: StoreReader
    private let readShare = ReadShare()
    private let state: Mutex<State>

    init(_ tree: BlobTree, wanted: Range<UInt64>, reader: StoreReader) {
        self.tree = tree
        self.wanted = wanted
        self.reader = reader
        range = tree.shape.bytes(ofGroups: tree.shape.groups(touching: wanted))
        state = Mutex(
            State(
                pages: tree.blob.pages[...],
                groups: GroupAssembler(tree, from: range.lowerBound)
            )
        )
    }

    /// Returns the next bytes of the range.
    func next() async throws(BlobError) -> ByteBuffer? {
        while true {
            if let buffer = state.withLock({ $0.ready.popLast() }) { return buffer }
            try BlobError.checkCancellation()
            let step = try await Workers.run { [self] () throws(BlobError) in try nextStep() }
            guard !step.isEmpty else { return nil }
            let contents = Mutex([ByteBuffer](repeating: ByteBuffer(), count: step.count))
            try await Workers.forEach(step.count) { [self] index throws(BlobError) in
                let content = try read(step[index])
                contents.withLock { $0[index] = content }
            }
            let parts = contents.withLock { $0 }
            try await Workers.run { [self] () throws(BlobError) in try assemble(step, parts) }
        }
    }

    /// Reads what is in range of a chunk and checks the groups that lie in it.
    private func read(_ piece: BlobPiece) throws(BlobError) -> ByteBuffer {
        let content = try reader.chunk(piece.chunk, piece.entry, of: tree.digest, hashing: false)
        guard let part = content.part(range, at: piece.start) else { return ByteBuffer() }
        let bytes = range.clamped(to: piece.start..<piece.start + piece.chunk.size)
        let groups = tree.shape.groups(within: bytes)
        let inside = tree.shape.bytes(ofGroups: groups)
        if !groups.isEmpty, let whole = part.part(inside, at: bytes.lowerBound) {
            guard try tree.matches(whole.readableBytesSpan, from: groups.lowerBound) else {
                throw try reader.damage(in: [piece], of: tree, inside)
            }
        }
        return part
    }

    private func assemble(_ step: [BlobPiece], _ parts: [ByteBuffer]) throws(BlobError) {
        var groups = state.withLock { $0.groups }
        var ready: [ByteBuffer] = []
        for (piece, part) in zip(step, parts) {
            try groups.append(part, of: piece, reader: reader) { content, start in
                if let part = content.part(wanted, at: start) { ready.append(part) }
            }
        }
        state.withLock { state in
            state.groups = groups
            state.ready = ready.reversed()
        }
    }

    /// Chooses the chunks of the next step: one at first, then each time twice as many bytes.
    private func nextStep() throws(BlobError) -> [BlobPiece] {
        var state = state.withLock { $0 }
        var pieces: [BlobPiece] = []
        var byteCount: UInt64 = 0
        let stepByteCount = min(state.stepByteCount, readShare.byteCount)
        while byteCount < stepByteCount, state.position < range.upperBound {
            guard let chunk = state.chunks.popFirst() else {
                try openPage(&state)
                continue
            }
            if state.position + chunk.size > range.lowerBound {
                pieces.append(BlobPiece(chunk: chunk, entry: nil, start: state.position))
                byteCount += chunk.size
            }
            state.position += chunk.size
        }
        let entries = try reader.index.entries(of: pieces.map(\.chunk.digest))
        for index in pieces.indices { pieces[index].entry = entries[index] }
        state.stepByteCount = max(byteCount, 256 << 10) * 2
        self.state.withLock { $0 = state }
        return pieces
    }

    /// Goes on to the next page that the range touches.
    private func openPage(_ state: inout State) throws(BlobError) {
        while let page = state.pages.popFirst() {
            if state.position + page.byteCount > range.lowerBound {
                state.chunks = try reader.page(page, of: tree.digest).chunks[...]
                return
            }
            state.position += page.byteCount
        }
        throw BlobError(.corrupt, "\(tree.digest): its chunk list ends at \(state.position)")
    }
}
