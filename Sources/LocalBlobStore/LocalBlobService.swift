// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import BlobCompression
import BlobFiles
public import BlobStore
import NIOCore
public import SystemPackage

/// Keeps blobs in a folder on the local disk.
///
/// Blobs are cut into chunks by content (FastCDC), and each chunk is stored once, compressed if
/// that pays, in append-only pack files. An SQLite index finds them; it can be made anew from the
/// packs. Small blobs cost neither a file nor an `fsync` of their own.
///
/// ```swift
/// let store = try await LocalBlobService(at: "/var/lib/blobs")
/// let digest = try await store.put(ByteBuffer(string: "hello"))
/// ```
///
/// Any number of tasks and processes can use one folder at once. What is read is checked against
/// its digest; damage is a `BlobError.Code.corrupt` that names file and offset.
public final class LocalBlobService: ListableBlobService {
    let folder: StoreFolder
    let packs: PackFolder
    let index: StoreIndex
    let reader: StoreReader
    let chunks: ChunkStore
    let commits: GroupCommit
    private let options: LocalStoreOptions

    /// Opens a store, or makes one in a folder that is missing or empty.
    ///
    /// Takes milliseconds, after a crash up to some seconds: what the last writers left is read and
    /// checked, and a torn record at the end is cut off.
    ///
    /// - Parameters:
    ///   - path: The folder of the store.
    ///   - options: How to write.
    /// - Throws: `refused` if the folder cannot be used or is something else, `unsupported` if its
    ///   format is newer, `unavailable` if it is locked, `corrupt` if the index has to be made anew.
    public convenience init(
        at path: FilePath,
        options: LocalStoreOptions = LocalStoreOptions()
    ) async throws(BlobError) {
        let folder = try await Workers.run { () throws(BlobError) in
            try StoreFolder(at: path, exclusively: false)
        }
        try await self.init(folder, options: options) { _, _ in }
    }

    /// Makes the index of a store anew from its packs.
    ///
    /// Nobody may use the store meanwhile. Reads and checks every byte of it. If it is interrupted,
    /// the next opening of the store goes on with it.
    ///
    /// - Parameters:
    ///   - path: The folder of the store.
    ///   - progress: Called with the number of packs done and the number of all.
    /// - Throws: `unavailable` if others use the store, and what opening a store throws.
    public static func rebuildIndex(
        at path: FilePath,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(BlobError) {
        let folder = try await Workers.run { () throws(BlobError) in
            let folder = try StoreFolder(at: path, exclusively: true)
            for suffix in ["", "-wal", "-shm"] {
                try Folder.remove(FilePath(folder.indexPath.string + suffix))
            }
            return folder
        }
        _ = try await LocalBlobService(folder, options: LocalStoreOptions(), progress: progress)
    }

    private init(
        _ folder: StoreFolder,
        options: LocalStoreOptions,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws(BlobError) {
        let (packs, index) = try await Workers.run { () throws(BlobError) in
            (try PackFolder(of: folder), try StoreIndex(at: folder.indexPath))
        }
        let codec = ZstdCodec()
        let records = RecordReader(packs: packs, codec: codec)
        try await Recovery(packs: packs, index: index, reader: records).run(progress: progress)
        let log = WriteLog(folder: packs, index: index)
        self.folder = folder
        self.packs = packs
        self.index = index
        self.options = options
        reader = StoreReader(index: index, records: records)
        chunks = ChunkStore(
            index: index,
            log: log,
            codec: codec,
            compression: options.compression
        )
        commits = GroupCommit(
            log: log,
            packs: packs,
            index: index,
            durability: options.durability
        )
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        let (index, reader) = (index, reader)
        return try await Workers.run { () throws(BlobError) in
            guard let entry = try index.entry(of: digest) else {
                return digest == .empty ? BlobInfo(size: 0, chunks: wanted.chunks ? [] : nil) : nil
            }
            let chunks = wanted.chunks ? try reader.chunkList(entry) : nil
            return BlobInfo(size: entry.size, chunks: chunks)
        }
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        switch try await open(digest) {
        case nil:
            return nil
        case .whole(let content):
            let size = UInt64(content.readableBytes)
            let part = content.part(try range.resolved(against: size), at: 0)
            return BlobBody(size: size, pieces: part.map { [$0] } ?? [])
        case .split(let entry, let tree):
            let wanted = try range.resolved(against: entry.size)
            if wanted.isEmpty { return BlobBody(size: entry.size, pieces: []) }
            let tree = if let tree { tree } else { try await buildTree(of: entry) }
            let body = SplitBlobBody(tree, wanted: wanted, reader: reader)
            return BlobBody(size: entry.size) { () throws(BlobError) in try await body.next() }
        }
    }

    /// A blob that has been found.
    enum Opened: Sendable {
        /// All of a blob of one chunk.
        case whole(ByteBuffer)
        /// A blob of more chunks, and its hash tree if there is one.
        case split(IndexEntry, BlobTree?)
    }

    /// Finds a blob, and reads it if it is one chunk; `nil` if the store does not have it.
    func open(_ digest: BLAKE3Digest) async throws(BlobError) -> Opened? {
        let reader = reader
        return try await Workers.run { () throws(BlobError) in
            guard let entry = try reader.index.entry(of: digest) else {
                return digest == .empty ? .whole(ByteBuffer()) : nil
            }
            if entry.kind.contains(.split) { return .split(entry, try reader.storedTree(entry)) }
            let chunk = ChunkReference(digest: digest, size: entry.size)
            return .whole(try reader.chunk(chunk, entry, of: digest))
        }
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        LocalBlobSink(chunks: chunks, commits: commits, chunking: options.chunking)
    }

    public func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        try await LocalPartialBlob(of: digest, size: size, in: self)
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let index = index
        return try await Workers.run { () throws(BlobError) in
            zip(digests, try index.entries(of: digests))
                .filter { $0.1 == nil && $0.0 != .empty }
                .map(\.0)
        }
    }

    public func list(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [ListedBlob] {
        let index = index
        return try await Workers.run { () throws(BlobError) in
            try index.entries(after: digest, of: .blob, limit: limit)
                .map { ListedBlob(digest: $0.digest, size: $0.size) }
        }
    }
}
