// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
import BlobProtos
public import BlobStore
import Foundation
import NIOCore
import SwiftProtobuf
import Synchronization

/// The blobs of another server, over gRPC; everything that it sends is checked.
///
/// ```swift
/// let address = try GRPCAddress(url: "grpc+http://[::1]:8000")
/// try await GRPCBlobService.connected(to: address) { remote in
///     let body = try await remote.read(digest)
/// }
/// ```
///
/// Small blobs come with the answer to the question whether they are there. A server with hashes sends
/// them with the content, which is released group by group. From a server without them, such as
/// those of tvix and snix, chunks are fetched in parallel and checked each, and released when the digest
/// of the whole blob has been found right.
///
/// Memory: some MiB for each body; for servers without hashes see
/// ``GRPCClientOptions/memorySpoolLimit``.
public final class GRPCBlobService: BlobService {
    let connection: Connection
    let remote: RemoteBlobs
    private let verifying: VerifyingBlobService<RemoteBlobs>

    /// What errors call the server.
    var server: String { connection.name }

    /// Creates a client; calls wait until ``run()`` connects.
    public init(
        _ address: GRPCAddress,
        _ options: GRPCClientOptions = GRPCClientOptions()
    ) throws(BlobError) {
        connection = try Connection(address, options)
        remote = RemoteBlobs(connection)
        verifying = VerifyingBlobService(remote, source: connection.name)
    }

    /// Keeps the connection until the task is cancelled, and connects anew when it breaks.
    public func run() async throws(BlobError) { try await connection.run() }

    /// Runs `body` with a client that is connected meanwhile.
    public static func connected<Result: Sendable>(
        to address: GRPCAddress,
        _ options: GRPCClientOptions = GRPCClientOptions(),
        _ body: (GRPCBlobService) async throws -> Result
    ) async throws -> Result {
        let service = try GRPCBlobService(address, options)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            if address.waitsForConnection { try await service.connect() }
            return try await body(service)
        }
    }

    /// Returns the size as the server says it, and the chunks; what is read is checked against both.
    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        if digest == .empty { return BlobInfo(size: 0, chunks: wanted.chunks ? [] : nil) }
        return try await remote.stat(digest, wanted)
    }

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        if digest == .empty {
            _ = try range.resolved(against: 0)
            return BlobBody(size: 0, pieces: [])
        }
        if let body = try await remote.readKnownChunk(digest, in: range) { return body }
        if let outboard = remote.knownOutboard(of: digest) {
            if let body = try await read(outboard, in: range) { return body }
        } else if range != .all, let body = try await readClaimed(digest, in: range) {
            return body
        }
        var request = Snix_Castore_V1_StatBlobRequest.with {
            $0.inlineLimit = UInt64(connection.options.inlineLimit)
            $0.sendChunks = !remote.castore.hasExtensions
        }
        if range == .all { request.askForHashes() }
        guard let info = try await remote.ask(request, digest) else { return nil }
        if let content = try remote.content(of: digest, in: info.reply) {
            let size = UInt64(content.readableBytes)
            let wanted = try range.resolved(against: size)
            return BlobBody(size: size, pieces: [content.part(wanted, at: 0)].compactMap(\.self))
        }
        if range == .all, let outboard = try remote.outboard(of: digest, in: info.reply) {
            remote.remember(outboard)
            return try await read(outboard, in: .all)
        }
        if info.reply.hasSize, try await verifying.provenSize(of: digest) != nil {
            return try await readProven(digest, in: range)
        }
        let lacksList = info.reply.hasSize && info.chunks.isEmpty
        let list = lacksList ? try await remote.ask(.with { $0.sendChunks = true }, digest) : info
        guard let list else { return nil }
        return try await SpooledRead(digest, list, remote).open(range)
    }

    /// Reads a range with the hashes that come with it; goes on where a connection breaks.
    private func readProven(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard let body = try await verifying.read(digest, in: range) else { return nil }
        return try resuming(body, range) { [verifying] (rest) throws(BlobError) in
            try await verifying.read(digest, in: rest)
        }
    }

    /// Reads a range of a blob that the server has told the size of, without asking about it again;
    /// `nil` if that cannot be done.
    private func readClaimed(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        guard remote.castore.hasExtensions, let size = remote.claims.size(of: digest),
            let body = try await verifying.read(digest, in: range, ofClaimedSize: size)
        else { return nil }
        return try resuming(body, range) { [verifying] (rest) throws(BlobError) in
            try await verifying.read(digest, in: rest)
        }
    }

    /// Goes on from the last byte that was proven when `body` breaks off.
    private func resuming(
        _ body: BlobBody,
        _ range: ByteRange,
        reopen: @escaping @Sendable (ByteRange) async throws(BlobError) -> BlobBody?
    ) throws(BlobError) -> BlobBody {
        let wanted = try range.resolved(against: body.size)
        let retryCount = connection.options.retryCount
        let resuming = ResumingBody(
            body,
            wanted,
            retryCount: retryCount,
            isPassing: \.mayGoAway,
            reopen: reopen
        )
        return BlobBody(size: body.size) { () throws(BlobError) in try await resuming.next() }
    }

    /// Reads a range with its hashes at hand, which prove all content; the size is proven by the end of the
    /// blob alone.
    private func read(
        _ outboard: Outboard,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        let wanted = try range.resolved(against: outboard.tree.size)
        guard !wanted.isEmpty, let body = try await open(outboard, wanted) else { return nil }
        return try resuming(body, range) { [self] (rest) throws(BlobError) in
            try await open(outboard, try rest.resolved(against: outboard.tree.size))
        }
    }

    private func open(
        _ outboard: Outboard,
        _ wanted: Range<UInt64>
    ) async throws(BlobError) -> BlobBody? {
        guard let content = try await remote.readContent(outboard, wanted) else { return nil }
        let read = CheckedRead(content, outboard, wanted, from: connection.name)
        return BlobBody(size: outboard.tree.size) { () throws(BlobError) in try await read.next() }
    }

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try await remote.makeSink(hint)
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        try await remote.missing(among: digests)
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        if digest == .empty {
            _ = try range.resolved(against: 0)
            return try BlobError.proving(digest, from: server) { () throws(BaoError) in
                try Outboard(.empty, HashTree(size: 0), values: [])
            }
        }
        // The first answer of a server tells whether it has the extensions.
        if !remote.castore.hasAnswered { _ = try await remote.ask(.init(), digest) }
        return try await verifying.outboard(of: digest, in: range)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await BlobSlice(of: digest, ranges, from: self)
    }
}
