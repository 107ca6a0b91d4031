// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import NIOCore

/// Reads a blob from a server that sends no hashes: keeps all of it until its digest has been found right.
struct SpooledRead: Sendable {
    /// Smaller chunks, in bytes, cost more as calls of their own than one stream of all.
    private static let smallestMeanChunk: UInt64 = 8 << 10
    /// How many chunks are fetched at once, each with a call of its own, however small they are.
    private static let chunksAtOnce = 64

    private let digest: BLAKE3Digest
    /// What the server says of the size, if it says anything.
    private let size: UInt64?
    private let chunks: [ChunkReference]
    private let remote: RemoteBlobs

    init(_ digest: BLAKE3Digest, _ info: RemoteInfo, _ remote: RemoteBlobs) {
        self.digest = digest
        size = info.size
        chunks = info.chunks
        self.remote = remote
    }

    private var options: GRPCClientOptions { remote.connection.options }

    /// Fetches the blob, or returns `nil` if it is not there, and opens a part of it.
    func open(_ range: ByteRange) async throws(BlobError) -> BlobBody? {
        let connection = remote.connection
        let spool = try await connection.retrying { () throws(BlobError) in try await fetch() }
        guard let spool else { return nil }
        let wanted = try range.resolved(against: spool.byteCount)
        return spool.body(wanted)
    }

    private func fetch() async throws(BlobError) -> Spool? {
        var spool = Spool(options)
        if isBestReadByChunks {
            try await fetchChunks(&spool)
        } else {
            guard try await fetchWhole(&spool) else { return nil }
        }
        let found = spool.digest
        guard found == digest else {
            throw remote.corrupt(digest, "sends a blob with the digest \(found)")
        }
        return spool
    }

    private var isBestReadByChunks: Bool {
        guard chunks.count > 1, let size else { return false }
        // A chunk is kept in memory as a whole.
        return size / UInt64(chunks.count) >= Self.smallestMeanChunk
            && chunks.allSatisfy { $0.size <= UInt64(options.windowByteCount) }
    }

    private func fetchWhole(_ spool: inout Spool) async throws(BlobError) -> Bool {
        guard let content = try await remote.castore.readOnce(digest) else { return false }
        let limit = size ?? options.unannouncedSizeLimit
        while let piece = try await content.next() {
            guard spool.byteCount + UInt64(piece.readableBytes) <= limit else {
                throw remote.corrupt(digest, "sends more than \(limit) bytes")
            }
            try spool.append(piece)
        }
        return true
    }

    // MARK: chunk by chunk

    /// Fetches chunks at once, as many as the window has room for, and keeps them in order.
    private func fetchChunks(_ spool: inout Spool) async throws(BlobError) {
        let result: Result<Spool, BlobError> = await withTaskGroup(
            of: (Int, Result<ByteBuffer, BlobError>).self
        ) { [spool] group in
            var spool = spool
            var (started, kept, room) = (0, 0, options.windowByteCount)
            var arrived: [Int: ByteBuffer] = [:]
            defer { group.cancelAll() }
            do throws(BlobError) {
                while kept < chunks.count {
                    while started < chunks.count, started - kept < Self.chunksAtOnce,
                        Int(chunks[started].size) <= room
                    {
                        room -= Int(chunks[started].size)
                        group.addTask { [self, index = started] in (index, await fetch(index)) }
                        started += 1
                    }
                    guard let (index, chunk) = await group.next() else { break }
                    arrived[index] = try chunk.get()
                    while let next = arrived.removeValue(forKey: kept) {
                        try spool.append(next)
                        room += next.readableBytes
                        kept += 1
                    }
                }
                return .success(spool)
            } catch {
                return .failure(error)
            }
        }
        spool = try result.get()
    }

    private func fetch(_ index: Int) async -> Result<ByteBuffer, BlobError> {
        do throws(BlobError) {
            let chunk = chunks[index]
            if let content = try await remote.fetch(chunk) { return .success(content) }
            throw remote.corrupt(digest, "its chunk \(chunk.digest) is not there")
        } catch {
            return .failure(error)
        }
    }
}

extension RemoteBlobs {
    /// Fetches a chunk and checks it, or returns `nil` if it is not there.
    func fetch(_ chunk: ChunkReference) async throws(BlobError) -> ByteBuffer? {
        try await connection.retrying { () throws(BlobError) in
            guard let content = try await castore.readOnce(chunk.digest) else { return nil }
            var bytes = ByteBuffer()
            while let piece = try await content.next() {
                guard UInt64(bytes.readableBytes + piece.readableBytes) <= chunk.size else {
                    throw corrupt(
                        chunk.digest,
                        "sends more than the \(chunk.size) bytes of the chunk"
                    )
                }
                bytes.writeImmutableBuffer(piece)
            }
            guard UInt64(bytes.readableBytes) == chunk.size,
                BLAKE3Digest(hashing: bytes.readableBytesSpan) == chunk.digest
            else {
                throw corrupt(chunk.digest, "sends another chunk, of \(bytes.readableBytes) bytes")
            }
            return bytes
        }
    }
}
