// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobRecords
import BlobStore
import Chunking
import NIOCore
import Synchronization

/// Cuts what is written into chunks and stores them as they are complete.
///
/// Memory: one unfinished chunk, one page of the chunk list and one of the hash tree.
final class LocalBlobSink: BlobSink {
    /// A blob of very many chunks is indexed from time to time, not only at its end.
    private static let maximumStagedCount = 8192

    private struct State {
        var assembler: ChunkAssembler
        var page = ChunkListPage()
        var pages: [SplitBlob.Page] = []
        var isSplit = false
        var hashTree = HashTreeAssembler()
    }

    private let chunks: ChunkStore
    private let commits: GroupCommit
    private let state: Mutex<State?>

    init(chunks: ChunkStore, commits: GroupCommit, chunking: ChunkingParameters) {
        self.chunks = chunks
        self.commits = commits
        state = Mutex(State(assembler: ChunkAssembler(chunking)))
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        let complete = state.assembler.append(bytes)
        if !complete.isEmpty { try await store(complete, &state) }
        self.state.withLock { $0 = state }
    }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        state.hashTree.append(values)
        try await storeRuns(&state)
        self.state.withLock { $0 = state }
    }

    private func storeRuns(
        _ state: inout State,
        atEnd: Bool = false
    ) async throws(BlobError) {
        while let run = state.hashTree.takeRun(atEnd: atEnd) {
            let chunks = chunks
            let stored = try await Workers.run { () throws(BlobError) in try chunks.store(run) }
            state.hashTree.runs.append(stored)
        }
    }

    private static var misuse: BlobError { BlobError(.refused, "the writer has failed or ended") }

    private func store(_ complete: [ByteBuffer], _ state: inout State) async throws(BlobError) {
        state.isSplit = true
        let digests = Mutex([BLAKE3Digest](repeating: .empty, count: complete.count))
        let chunks = chunks
        try await Workers.forEach(complete.count) { index throws(BlobError) in
            let chunk = complete[index]
            let digest = BLAKE3Digest(hashing: chunk.readableBytesSpan)
            try chunks.store(chunk.readableBytesSpan, digest, isBlob: false)
            digests.withLock { $0[index] = digest }
        }
        for (chunk, digest) in zip(complete, digests.withLock { $0 }) {
            let size = UInt64(chunk.readableBytes)
            state.page.chunks.append(ChunkReference(digest: digest, size: size))
            if state.page.chunks.count == ChunkListPage.maximumCount {
                try await storePage(&state)
            }
        }
        if chunks.log.stagedCount > Self.maximumStagedCount { try await commits.commit() }
    }

    private func storePage(_ state: inout State) async throws(BlobError) {
        let (page, chunks) = (state.page, chunks)
        state.page = ChunkListPage()
        state.pages.append(
            try await Workers.run { () throws(BlobError) in try chunks.store(page) }
        )
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        if state.isSplit {
            try await store([state.assembler.rest], &state)
            if !state.page.chunks.isEmpty { try await storePage(&state) }
            let (record, chunks) = (SplitBlob(size: blob.size, pages: state.pages), chunks)
            try await storeRuns(&state, atEnd: true)
            let hashTree = try hashTree(of: blob, state.hashTree)
            try await Workers.run { () throws(BlobError) in
                try chunks.store(record, blob.digest)
                if let hashTree { try chunks.store(hashTree, of: blob.digest) }
            }
        } else {
            let (content, chunks) = (state.assembler.rest, chunks)
            try await Workers.run { () throws(BlobError) in
                try chunks.store(content.readableBytesSpan, blob.digest, isBlob: true)
            }
        }
        try await commits.commit()
    }

    private func hashTree(
        of blob: VerifiedBlob,
        _ assembler: HashTreeAssembler
    ) throws(BlobError) -> HashTreeRecord? {
        if assembler.isEmpty { return nil }
        guard let record = assembler.record(of: blob.digest, size: blob.size) else {
            throw BlobError(.refused, "\(blob.digest): came with the hashes of another blob")
        }
        return record
    }

    func abort() {
        state.withLock { $0 = nil }
    }
}
