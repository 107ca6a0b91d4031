// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobRecords
import BlobStore
import Chunking
import NIOCore
import Synchronization

/// Cuts what is written into chunks, which go into packs.
///
/// Memory: one unfinished chunk, and 36 bytes for each chunk and 32 for each 16 KiB, up to 12 MiB.
final class PackedSink: BlobSink {
    /// Up to so many bytes of hashes are kept, so that they are next to each other in a pack.
    private static let keptHashByteCount = 8 << 20

    private struct State {
        var assembler: ChunkAssembler
        var page = ChunkListPage()
        var pages: [SplitBlob.Page] = []
        /// The content of the pages, as long as it is going to be a part of the description.
        var inlinePages: [ByteBuffer]? = []
        var isSplit = false
        var hashTree = HashTreeAssembler()
        /// Pages of hashes that have not been written.
        var hashPages: [ByteBuffer] = []
    }

    private let chunks: PackedChunks
    private let state: Mutex<State?>

    init(_ chunks: PackedChunks, chunking: ChunkingParameters) {
        self.chunks = chunks
        state = Mutex(State(assembler: ChunkAssembler(chunking)))
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        let complete = state.assembler.append(bytes)
        if !complete.isEmpty { try await write(complete, &state) }
        self.state.withLock { $0 = state }
    }

    private static var misuse: BlobError { BlobError(.refused, "the writer has failed or ended") }

    private func write(_ complete: [ByteBuffer], _ state: inout State) async throws(BlobError) {
        state.isSplit = true
        for reference in try await chunks.write(complete) {
            state.page.chunks.append(reference)
            if state.page.chunks.count == ChunkListPage.maximumCount {
                try await endPage(&state)
            }
        }
    }

    private func endPage(_ state: inout State) async throws(BlobError) {
        let content = state.page.encoded
        let digest = BLAKE3Digest(hashing: content.readableBytesSpan)
        state.pages.append(SplitBlob.Page(digest: digest, byteCount: state.page.byteCount))
        state.page = ChunkListPage()
        guard var inline = state.inlinePages else {
            _ = try await chunks.writePage(content)
            return
        }
        inline.append(content)
        state.inlinePages = inline
        let byteCount = inline.reduce(0) { $0 + $1.readableBytes }
        if byteCount > BlobDescription.inlineByteLimit {
            for page in inline { _ = try await chunks.writePage(page) }
            state.inlinePages = nil
        }
    }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        state.hashTree.append(values)
        keepRuns(&state)
        if state.hashPages.reduce(0, { $0 + $1.readableBytes }) > Self.keptHashByteCount {
            try await writeHashPages(&state)
        }
        self.state.withLock { $0 = state }
    }

    private func keepRuns(_ state: inout State, atEnd: Bool = false) {
        while let values = state.hashTree.takeRun(atEnd: atEnd) {
            state.hashTree.runs.append(HashTreeRecord.Run(of: values))
            state.hashPages.append(HashTreeRecord.page(of: values))
        }
    }

    private func writeHashPages(_ state: inout State) async throws(BlobError) {
        for page in state.hashPages { _ = try await chunks.writePage(page) }
        state.hashPages = []
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        if state.isSplit {
            try await write([state.assembler.rest], &state)
            if !state.page.chunks.isEmpty { try await endPage(&state) }
            keepRuns(&state, atEnd: true)
            // Somebody on the way may not have passed the values on.
            let tree = state.hashTree.record(of: blob.digest, size: blob.size)
            if tree != nil { try await writeHashPages(&state) }
            let description = BlobDescription(
                SplitBlob(size: blob.size, pages: state.pages),
                tree,
                pages: state.inlinePages ?? []
            )
            try await chunks.write(description, of: blob.digest)
        } else {
            try await chunks.writeBlob(state.assembler.rest, blob.digest)
        }
        try await chunks.commit()
    }

    func abort() { state.withLock { $0 = nil } }
}
