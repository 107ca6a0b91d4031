// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore
public import Chunking
import NIOCore
public import ObjectStorage

/// Keeps blobs in an object store in the layout of tvix and snix castore: an object for each chunk, and one
/// for each blob that names its chunks.
///
/// What those have written is read here, and what is written here is read there. Blobs of more than one
/// chunk get an object more, with the hashes of their groups of 16 KiB, which others overlook. A blob
/// without it is read as a whole the first time that a part of it is wanted, or all of one of more than 64 MiB,
/// which others take on trust.
///
/// ```swift
/// let service = CastoreBlobService(in: storage)
/// try await service.running {
///     let digest = try await service.put(bytes)
/// }
/// ```
///
/// Costs two requests for each new chunk, and two or more for each new blob; for many small blobs
/// `PackedBlobService` costs a hundredth of that. The size of a blob of one chunk is not kept
/// anywhere, so that to be asked for it means to read the chunk.
///
/// Memory: 64 MiB of what was read last, and 16 MiB for each blob that is read or written.
public final class CastoreBlobService: ListableBlobService, RunnableBlobService {
    let storage: any ObjectStorage
    let store: CastoreStore
    private let blobs: CastoreList
    private let chunking: ChunkingParameters
    let tasks = BackgroundTasks()
    private let split: SplitCastoreBlobs
    private let verifying: VerifyingBlobService<SplitCastoreBlobs>

    /// Uses an object store; `chunking` is for what is written.
    public init(in storage: any ObjectStorage, chunking: ChunkingParameters = .standard) {
        self.storage = storage
        store = CastoreStore(in: storage, tasks)
        blobs = CastoreList(of: storage)
        self.chunking = chunking
        split = SplitCastoreBlobs(in: store)
        verifying = VerifyingBlobService(split, source: storage.name)
    }

    /// Sends and fetches until the task is cancelled.
    public func run() async { await tasks.run() }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        if digest == .empty { return BlobInfo(size: 0, chunks: wanted.chunks ? [] : nil) }
        switch try await store.find(digest) {
        case nil: return nil
        case .whole(let content):
            var info = BlobInfo(
                size: UInt64(content.readableBytes),
                chunks: wanted.chunks ? [] : nil
            )
            if content.readableBytes <= wanted.inlineLimit { info.content = content }
            return info
        case .split(let index):
            return BlobInfo(size: index.size, chunks: wanted.chunks ? index.chunks : nil)
        }
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let store = store
        let present = try await concurrentMap(digests, atOnce: 64) { digest throws(BlobError) in
            try await store.has(digest)
        }
        return zip(digests, present).filter { !$0.1 }.map(\.0)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        if digest == .empty {
            _ = try range.resolved(against: 0)
            return BlobBody(size: 0, pieces: [])
        }
        switch try await store.find(digest) {
        case nil: return nil
        case .whole(let content):
            let size = UInt64(content.readableBytes)
            let part = content.part(try range.resolved(against: size), at: 0)
            return BlobBody(size: size, pieces: part.map { [$0] } ?? [])
        case .split(let index):
            let wanted = try range.resolved(against: index.size)
            if wanted.isEmpty { return BlobBody(size: index.size, pieces: []) }
            // All of a blob proves itself, if it fits in memory.
            let isSpooled = wanted.count == index.size && index.size <= verifying.spoolLimit
            if !isSpooled { try await split.makeHashTree(of: digest, index) }
            return try await verifying.read(digest, in: range)
        }
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        if digest != .empty, case .split = try await store.find(digest) {
            return try await verifying.outboard(of: digest, in: range)
        }
        guard let content = try await read(digest)?.collect(upTo: CastoreIndex.chunkByteLimit)
        else { return nil }
        return try Outboard(of: content, digest, in: range)
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try CastoreSink(store, chunking: chunking)
    }

    /// Returns blobs in ascending order; costs a request or two for each to find out its size, which is 0 if it
    /// is damaged.
    public func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob] {
        let digests = try await digests(after: digest, limit: limit)
        let sizes = try await concurrentMap(digests, atOnce: 64) {
            [self] digest throws(BlobError) in
            do throws(BlobError) {
                return try await stat(digest, StatOptions())?.size
            } catch {
                guard error.code == .corrupt else { throw error }
                return 0
            }
        }
        return zip(digests, sizes).compactMap { digest, size in
            size.map { ListedBlob(digest: digest, size: $0) }
        }
    }

    /// Returns the digests of blobs that follow one in ascending order, at most `limit`; costs a request for
    /// each thousand.
    func digests(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await blobs.blobs(after: digest, limit: limit)
    }
}
