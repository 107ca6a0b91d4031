// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobProtos
import BlobStore
import Foundation
import GRPCCore
import NIOCore
import SwiftProtobuf
import Synchronization

/// The blobs of a server as it tells of them: nothing but the shape of answers is checked.
final class RemoteBlobs: BlobService {
    let connection: Connection
    let castore: CastoreClient
    private let hasSlices = Atomic(true)
    private let hasContentSlices = Atomic(true)

    /// Hashes that have come with answers, for those who read next.
    private let outboards = Mutex(RecentlyUsed<Outboard>(limit: 32 << 20))
    /// What the server has said of the sizes of blobs that it has.
    let claims = SizeMemory()
    private let knownChunks = Mutex<[BLAKE3Digest: UInt64]>([:])

    /// How many chunks are remembered; then all are forgotten.
    private static let knownChunkLimit = 1 << 17

    /// The largest chunk that is kept in memory until it is checked, in bytes.
    private static let knownChunkSize: UInt64 = 1 << 20

    /// No blob has more bytes.
    private static let sizeLimit = UInt64(Int64.max)

    /// The largest chunk list that is taken, in entries.
    private static let chunkLimit = 1 << 20

    init(_ connection: Connection) {
        self.connection = connection
        castore = CastoreClient(connection)
    }

    func corrupt(_ digest: BLAKE3Digest, _ problem: String) -> BlobError {
        BlobError(.corrupt, "\(digest) from \(connection.name): \(problem)")
    }

    // MARK: asking

    /// Asks about a blob; the chunks and sizes in the answer are possible ones.
    func ask(
        _ request: Snix_Castore_V1_StatBlobRequest,
        _ digest: BLAKE3Digest
    ) async throws(BlobError) -> RemoteInfo? {
        var request = request
        request.digest = digest.field
        guard let reply = try await castore.stat(request) else { return nil }
        guard reply.chunks.count <= Self.chunkLimit else {
            throw corrupt(
                digest,
                "lists \(reply.chunks.count) chunks, more than \(Self.chunkLimit)"
            )
        }
        var chunks: [ChunkReference] = []
        var sum: UInt64 = 0
        for (index, chunk) in reply.chunks.enumerated() {
            guard let name = BLAKE3Digest(field: chunk.digest) else {
                throw corrupt(
                    digest,
                    "the digest of chunk \(index) has \(chunk.digest.count) bytes"
                )
            }
            let (total, overflow) = sum.addingReportingOverflow(chunk.size)
            guard chunk.size > 0, !overflow, total <= Self.sizeLimit else {
                throw corrupt(digest, "chunk \(index) cannot have \(chunk.size) bytes")
            }
            guard name != digest || reply.chunks.count == 1 else {
                throw corrupt(digest, "lists itself among its chunks")
            }
            sum = total
            chunks.append(ChunkReference(digest: name, size: chunk.size))
        }
        if reply.hasSize, !chunks.isEmpty, sum != reply.size {
            throw corrupt(digest, "its chunks have \(sum) bytes, and it says \(reply.size)")
        }
        guard !reply.hasSize || reply.size <= Self.sizeLimit,
            !reply.hasSize || reply.size > 0 || digest == .empty
        else { throw corrupt(digest, "says \(reply.size) bytes") }
        remember(chunks)
        if reply.hasSize { claims.remember(reply.size, of: digest) }
        let size = reply.hasSize ? reply.size : chunks.isEmpty ? nil : sum
        // A list of one says the same as none.
        return RemoteInfo(size: size, chunks: chunks.count > 1 ? chunks : [], reply: reply)
    }

    func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        // Without extensions only the chunks say how large a blob is.
        var request = Snix_Castore_V1_StatBlobRequest.with {
            $0.sendChunks = wanted.chunks || !castore.hasExtensions
            $0.inlineLimit = UInt64(max(wanted.inlineLimit, 0))
        }
        if wanted.outboard { request.askForHashes() }
        guard let answer = try await ask(request, digest) else { return nil }
        var size = answer.size
        if size == nil { size = try await measure(digest) }
        guard let size else { return nil }
        var info = BlobInfo(size: size, chunks: wanted.chunks ? answer.chunks : nil)
        if wanted.outboard {
            info.outboard = try outboard(of: digest, in: answer.reply)
            if let outboard = info.outboard { remember(outboard) }
        }
        if wanted.inlineLimit > 0 { info.content = try content(of: digest, in: answer.reply) }
        return info
    }

    /// The content in an answer, if it is there; it has been checked.
    func content(
        of digest: BLAKE3Digest,
        in reply: Snix_Castore_V1_StatBlobResponse
    ) throws(BlobError) -> ByteBuffer? {
        guard reply.hasInlined else { return nil }
        let content = ByteBuffer(bytes: reply.inlined)
        guard BLAKE3Digest(hashing: content.readableBytesSpan) == digest,
            UInt64(content.readableBytes) == reply.size
        else { throw corrupt(digest, "sends another blob") }
        return content
    }

    /// Finds out how large a blob is that the server says nothing about, by reading it.
    private func measure(_ digest: BLAKE3Digest) async throws(BlobError) -> UInt64? {
        guard let content = try await castore.read(digest) else { return nil }
        var hasher = BLAKE3Hasher()
        while let piece = try await content.next() {
            hasher.update(piece.readableBytesSpan)
            guard hasher.byteCount <= connection.options.unannouncedSizeLimit else {
                throw corrupt(
                    digest,
                    "sends more than \(connection.options.unannouncedSizeLimit) bytes"
                )
            }
        }
        guard hasher.finalize() == digest else { throw corrupt(digest, "sends another blob") }
        return hasher.byteCount
    }

    /// Makes sure that there is a server.
    func greet() async throws(BlobError) { _ = try await ask(.init(), .empty) }

    // MARK: reading

    /// Returns the hashes of a blob that have come lately.
    func knownOutboard(of digest: BLAKE3Digest) -> Outboard? {
        outboards.withLock { $0.use(digest) }
    }

    func remember(_ outboard: Outboard) {
        let byteCount = Int(clamping: outboard.tree.listByteCount) + 200
        outboards.withLock { $0.add(outboard, outboard.digest, byteCount: byteCount) }
    }

    private func remember(_ chunks: [ChunkReference]) {
        guard chunks.count > 1 else { return }
        knownChunks.withLock { known in
            if known.count + chunks.count > Self.knownChunkLimit { known = [:] }
            for chunk in chunks.prefix(Self.knownChunkLimit) where chunk.size <= Self.knownChunkSize
            {
                known[chunk.digest] = chunk.size
            }
        }
    }

    /// Reads a chunk of a blob that the server has told the chunks of, without asking about it first;
    /// `nil` if it is none of these, or not there any more.
    func readKnownChunk(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let size = knownChunks.withLock({ $0[digest] }) else { return nil }
        let wanted = try range.resolved(against: size)
        guard let content = try await fetch(ChunkReference(digest: digest, size: size)) else {
            knownChunks.withLock { _ = $0.removeValue(forKey: digest) }
            return nil
        }
        return BlobBody(size: size, pieces: [content.part(wanted, at: 0)].compactMap(\.self))
    }

    func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let info = try await stat(digest), let content = try await castore.read(digest)
        else { return nil }
        let wanted = try range.resolved(against: info.size)
        let position = Mutex<UInt64>(0)
        return BlobBody(size: info.size) { () throws(BlobError) in
            while position.withLock({ $0 }) < wanted.upperBound || range.upperBound == nil {
                guard let piece = try await content.next() else { return nil }
                let start = position.withLock { position in
                    defer { position += UInt64(piece.readableBytes) }
                    return position
                }
                // A body that is too long is for the reader to see, up to its end.
                if range == .all { return piece }
                if let part = piece.part(wanted, at: start) { return part }
            }
            return nil
        }
    }

    func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        guard hasSlices.load(ordering: .relaxed), castore.hasExtensions else { return nil }
        let request = Blobstore_V1_ReadSliceRequest(digest, ranges)
        guard let request else { return nil }
        do throws(BlobError) {
            let content = try await connection.retrying { () throws(BlobError) in
                try await IncomingBlob(connection.download(BlobStoreClient.readSlice, request))
            }
            guard let content else { return nil }
            return BlobSlice(form: .siblings) { () throws(BlobError) in try await content.next() }
        } catch {
            // Without hashes, or without the method, there are other ways.
            guard error.rpcCode == .unimplemented || error.rpcCode == .failedPrecondition else {
                throw error
            }
            if error.rpcCode == .unimplemented { hasSlices.store(false, ordering: .relaxed) }
            return nil
        }
    }

    /// Opens the content of groups, of which there are hashes already; `nil` if the blob is not there, or
    /// the server sends hashes with every part of one.
    func readContent(
        _ outboard: Outboard,
        _ range: Range<UInt64>
    ) async throws(BlobError) -> IncomingBlob? {
        if range == 0..<outboard.tree.size { return try await castore.read(outboard.digest) }
        guard hasContentSlices.load(ordering: .relaxed) else { return nil }
        let groups = outboard.tree.bytes(ofGroups: outboard.tree.groups(touching: range))
        let request = Blobstore_V1_ReadSliceRequest.with {
            $0.digest = outboard.digest.field
            $0.format = .content
            $0.ranges = [
                .with {
                    $0.start = groups.lowerBound >> 10
                    if groups.upperBound < outboard.tree.size { $0.end = groups.upperBound >> 10 }
                }
            ]
        }
        do throws(BlobError) {
            return try await connection.retrying { () throws(BlobError) in
                try await IncomingBlob(connection.download(BlobStoreClient.readSlice, request))
            }
        } catch {
            guard error.rpcCode == .unimplemented || error.rpcCode == .invalidArgument else {
                throw error
            }
            hasContentSlices.store(false, ordering: .relaxed)
            return nil
        }
    }

    func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        guard castore.hasExtensions else { return nil }
        let request = Snix_Castore_V1_StatBlobRequest.with {
            $0.sendBao = true
            $0.baoFormat = .groupList
        }
        guard let info = try await ask(request, digest), let size = info.size else { return nil }
        let wanted = HashTree(size: size).groups(touching: try range.resolved(against: size))
        guard let outboard = try outboard(of: digest, in: info.reply),
            outboard.tree.groupSize == .standard
        else { return nil }
        return try BlobError.proving(digest, from: connection.name) { () throws(BaoError) in
            try outboard.narrowed(to: wanted)
        }
    }

    /// The hashes in an answer, if there are some; the groups may be larger than what was asked for.
    func outboard(
        of digest: BLAKE3Digest,
        in reply: Snix_Castore_V1_StatBlobResponse
    ) throws(BlobError) -> Outboard? {
        guard reply.hasSize, reply.size > 0, reply.hasBaoShift,
            let groupSize = GroupSize(log: Int(min(reply.baoShift, 64)))
        else { return nil }
        let tree = HashTree(size: reply.size, groupSize: groupSize)
        return try BlobError.proving(digest, from: connection.name) { () throws(BaoError) in
            try OutboardForm(reply.baoFormat).decode(reply.bao, digest, tree)
        }
    }

    // MARK: writing

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        RemoteSink(castore)
    }
}

/// What a server says about a blob.
struct RemoteInfo {
    /// The size, if the server gives it away.
    let size: UInt64?
    /// The chunks; none if it was not asked for them, or the blob is not split.
    let chunks: [ChunkReference]
    let reply: Snix_Castore_V1_StatBlobResponse
}

extension Snix_Castore_V1_StatBlobRequest {
    /// Asks for the hashes of the blob.
    mutating func askForHashes() {
        sendBao = true
        baoFormat = .groupList
        // Named, so that a very large blob comes with hashes of larger groups.
        baoShift = UInt32(GroupSize.standard.log)
    }
}

extension Blobstore_V1_ReadSliceRequest {
    /// Asks for chunks with half of their hashes; `nil` if there are more ranges than one call takes.
    fileprivate init?(_ digest: BLAKE3Digest, _ ranges: ChunkRanges) {
        guard ranges.boundaries.count <= 2 * 4096, !ranges.boundaries.isEmpty else { return nil }
        self.init()
        self.digest = digest.field
        format = .siblings
        self.ranges = stride(from: 0, to: ranges.boundaries.count, by: 2).map { index in
            .with {
                $0.start = ranges.boundaries[index]
                if index + 1 < ranges.boundaries.count { $0.end = ranges.boundaries[index + 1] }
            }
        }
    }
}
