// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import BlobCompression
import BlobFiles
public import BlobStore
public import Chunking
public import NIOCore
public import ObjectStorage
public import SystemPackage

/// Keeps blobs in an object store in packs of up to 16 MiB, which are read by ranges, so that many small
/// blobs cost few requests.
///
/// Blobs are cut into chunks by content, each of which is kept once, compressed if that pays. Index objects
/// say where they are; they never change, and are kept here as well, so that it takes no request to find
/// a blob that is known, and one to learn that there is none. Any number of writers, on any machines, can
/// use one bucket at once. A writer that ends in the middle leaves packs that are never read.
///
/// ```swift
/// let service = try await PackedBlobService(in: storage, index: "/var/cache/blobs/index.sqlite")
/// try await service.running {
///     let digest = try await service.put(bytes)
/// }
/// ```
///
/// Those who commit within some 20 milliseconds, or during the commit before, share a pack and an index object.
///
/// Memory: 80 MiB for what is sent, 92 MiB of what was read last, and 32 MiB for each blob that is read; and up to
/// 150 MiB while large index objects are read for the first time.
public final class PackedBlobService: ListableBlobService, RunnableBlobService,
    StagingBlobService
{
    let index: BucketIndex
    let codec = ZstdCodec()
    private let reader: PackReader
    private let split: SplitPackedBlobs
    private let writer: PackWriter
    private let verifying: VerifyingBlobService<SplitPackedBlobs>
    private let chunking: ChunkingParameters
    private let tasks = BackgroundTasks()

    /// Uses an object store.
    ///
    /// - Parameters:
    ///   - storage: Where the packs are.
    ///   - path: The file for what is known of them, which several processes may share, and which can be
    ///     thrown away; `nil`: it is read anew each time, into a temporary one.
    ///   - chunking: For what is written.
    /// - Throws: `refused` if the file cannot be used.
    public init(
        in storage: any ObjectStorage,
        index path: FilePath? = nil,
        chunking: ChunkingParameters = .standard
    ) async throws(BlobError) {
        let known = try await Workers.run { () throws(BlobError) in
            if let path { try Folder.create(path.removingLastComponent()) }
            return try PackIndex(at: path)
        }
        index = BucketIndex(of: storage, known: known)
        writer = PackWriter(index)
        reader = PackReader(index, codec)
        split = SplitPackedBlobs(reader, tasks) { [index, writer, codec] in
            PackedChunks(index, writer, codec)
        }
        verifying = VerifyingBlobService(split, source: storage.name)
        self.chunking = chunking
    }

    /// Sends and fetches until the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.writer.run() }
            await tasks.run()
            group.cancelAll()
        }
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        if digest == .empty { return BlobInfo(size: 0, chunks: wanted.chunks ? [] : nil) }
        guard let location = try await index.location(of: digest, as: .blob) else { return nil }
        if location.record.kind == .description { return try await split.stat(digest, wanted) }
        var info = BlobInfo(size: location.record.size, chunks: wanted.chunks ? [] : nil)
        if info.size <= wanted.inlineLimit {
            info.content = try await reader.content(at: location)
        }
        return info
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let asked = digests.filter { $0 != .empty }
        return zip(asked, try await index.locations(of: asked, as: .blob)).filter { $0.1 == nil }
            .map(\.0)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        if digest == .empty {
            _ = try range.resolved(against: 0)
            return BlobBody(size: 0, pieces: [])
        }
        guard let location = try await index.location(of: digest, as: .blob) else { return nil }
        let size = location.record.size
        let wanted = try range.resolved(against: size)
        if location.record.kind == .description {
            return try await verifying.read(digest, in: range)
        }
        if wanted.isEmpty { return BlobBody(size: size, pieces: []) }
        let content = try await reader.content(at: location)
        return BlobBody(size: size, pieces: [content.part(wanted, at: 0)].compactMap(\.self))
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard digest != .empty else { return try Outboard(of: ByteBuffer(), digest, in: range) }
        guard let location = try await index.location(of: digest, as: .blob) else { return nil }
        if location.record.kind == .description {
            return try await verifying.outboard(of: digest, in: range)
        }
        return try Outboard(of: try await reader.content(at: location), digest, in: range)
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        // What others have sent need not be sent again, and what is gone must not be relied on.
        try await index.refreshIfOld()
        return PackedSink(PackedChunks(index, writer, codec), chunking: chunking)
    }

    /// Smaller blobs are never cut.
    public var stagingByteLimit: Int { chunking.minimum }

    public func stage(_ contents: [ByteBuffer]) async throws(BlobError) -> StagedBlobs? {
        if let large = contents.map(\.readableBytes).max(), large > stagingByteLimit {
            throw BlobError(.refused, "a blob of \(large) bytes is too large to be staged")
        }
        try await index.refreshIfOld()
        let chunks = PackedChunks(index, writer, codec)
        let digests = try await chunks.writeBlobs(contents)
        return StagedBlobs(digests) { () throws(BlobError) in try await chunks.commit() }
    }

    public func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob] {
        if digest == nil {
            try await index.refresh()
            try index.checkForDamage()
        }
        let (known, store) = (index.known, index.storeID)
        let blobs = try await Workers.run { () throws(BlobError) in
            try known.blobs(after: digest, limit: limit, in: store)
        }
        if blobs.count < limit { try await index.checkStore() }
        return blobs
    }

    /// Sorts blobs by where they are, so that those which are next to each other are read together.
    func inOrderOfPlace(_ blobs: [ListedBlob]) async throws(BlobError) -> [ListedBlob] {
        let locations = try await index.knownLocations(of: blobs.map(\.digest), as: .blob)
        return zip(blobs, locations)
            .sorted { first, second in
                guard let first = first.1, let second = second.1 else { return second.1 != nil }
                return (first.pack, first.position) < (second.pack, second.position)
            }
            .map(\.0)
    }
}
