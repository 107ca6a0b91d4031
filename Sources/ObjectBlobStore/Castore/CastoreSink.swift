// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobRecords
import BlobStore
import Chunking
import NIOCore
import Synchronization

/// Cuts what is written into chunks and sends them, many at a time.
///
/// Memory: 16 MiB of chunks on their way, and 40 bytes for each chunk.
final class CastoreSink: BlobSink {
    private static let uploadCount = 64
    private static let uploadByteCount = 16 << 20

    private struct State {
        var assembler: ChunkAssembler
        var chunks: [ChunkReference] = []
        var hashTree = HashTreeAssembler()
    }

    private let store: CastoreStore
    private let uploads = ParallelJobs(
        countLimit: CastoreSink.uploadCount,
        byteLimit: CastoreSink.uploadByteCount
    )
    private let state: Mutex<State?>

    /// Runs its uploads as a task of the store.
    init(_ store: CastoreStore, chunking: ChunkingParameters) throws(BlobError) {
        self.store = store
        state = Mutex(State(assembler: ChunkAssembler(chunking)))
        try store.start { [uploads] in await uploads.run() }
    }

    deinit { uploads.end() }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        for chunk in state.assembler.append(bytes) { try await upload(chunk, &state) }
        self.state.withLock { $0 = state }
    }

    private static var misuse: BlobError { BlobError(.refused, "the writer has failed or ended") }

    private func upload(_ chunk: ByteBuffer, _ state: inout State) async throws(BlobError) {
        let digest = try await Workers.run { () throws(BlobError) in
            BLAKE3Digest(hashing: chunk.readableBytesSpan)
        }
        let size = chunk.readableBytes
        state.chunks.append(ChunkReference(digest: digest, size: UInt64(size)))
        // What the caller uses again must not be shared.
        let kept = ByteBuffer(copying: chunk)
        try await uploads.add(byteCount: size) { [store] () throws(BlobError) in
            try await store.chunks.write(kept, digest)
        }
    }

    func appendGroupValues(_ values: [BLAKE3Tree.ChainingValue]) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        state.hashTree.append(values)
        try await uploadRuns(&state)
        self.state.withLock { $0 = state }
    }

    private func uploadRuns(_ state: inout State, atEnd: Bool = false) async throws(BlobError) {
        while let values = state.hashTree.takeRun(atEnd: atEnd) {
            let run = HashTreeRecord.Run(of: values)
            state.hashTree.runs.append(run)
            try await uploads.add(byteCount: HashPages.pageByteCount) {
                [store] () throws(BlobError) in try await store.hashes.write(values, of: run)
            }
        }
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        guard var state = state.withLock({ $0.take() }) else { throw Self.misuse }
        defer { uploads.end() }
        if blob.size > 0 { try await upload(state.assembler.rest, &state) }
        if state.chunks.count > 1 {
            try await uploadRuns(&state, atEnd: true)
            // Somebody on the way may not have passed the values on.
            if let record = state.hashTree.record(of: blob.digest, size: blob.size) {
                try await store.hashes.write(record, of: blob.digest)
            }
        }
        try await uploads.finish()
        try await store.write(CastoreIndex(state.chunks), of: blob.digest)
    }

    func abort() {
        state.withLock { $0 = nil }
        uploads.end()
    }
}
