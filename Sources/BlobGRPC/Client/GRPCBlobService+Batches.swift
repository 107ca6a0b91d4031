// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import BlobProtos
public import BlobStore
import Foundation
import GRPCCore
import GRPCProtobuf
public import NIOCore
import SwiftProtobuf
import Synchronization

extension GRPCBlobService {
    /// The largest blob that travels in a batch, in bytes: 1 MiB.
    public static var batchedBlobLimit: Int { Int(BatchMethods.blobSizeLimit) }

    /// Reads many small blobs in few messages.
    ///
    /// A blob of more than ``batchedBlobLimit``, and each one of a server that knows no batches, is read
    /// by itself. Memory: one message, of some hundred KiB.
    ///
    /// - Parameters:
    ///   - digests: What to read.
    ///   - limit: The largest blob that is taken, in bytes.
    ///   - body: Called for each digest in their order; `nil` stands for a blob that is not there.
    /// - Throws: The first error of a blob, and `refused` for one above the limit. An error of `body` ends
    ///   the call with one whose cause it is.
    public func getMany(
        _ digests: [BLAKE3Digest],
        upTo limit: Int = GRPCBlobService.batchedBlobLimit,
        _ body: @escaping @Sendable (BLAKE3Digest, ByteBuffer?) async throws -> Void
    ) async throws {
        for start in stride(from: 0, to: digests.count, by: BatchMethods.digestLimit) {
            let end = min(start + BatchMethods.digestLimit, digests.count)
            try await getBatch(Array(digests[start..<end]), upTo: limit, body)
        }
    }

    private func getBatch(
        _ digests: [BLAKE3Digest],
        upTo limit: Int,
        _ body: @escaping @Sendable (BLAKE3Digest, ByteBuffer?) async throws -> Void
    ) async throws {
        let request = Blobstore_V1_GetManyRequest.with {
            $0.digests = digests.map(\.field)
            $0.sizeLimit = UInt64(max(limit, 1))
        }
        let position = Mutex(0)
        do throws(BlobError) {
            try await connection.exchange(
                BlobStoreClient.getMany,
                sending: { writer in try await writer.write(request) },
                receiving: { (reply: Blobstore_V1_GetManyResponse) in
                    for blob in reply.blobs {
                        let index = position.withLock { position in
                            defer { position += 1 }
                            return position
                        }
                        guard index < digests.count else { throw self.isOutOfStep }
                        let content = try await self.content(of: blob, digests[index], upTo: limit)
                        try await body(digests[index], content)
                    }
                }
            )
        } catch {
            guard error.rpcCode == .unimplemented else { throw error }
            for digest in digests {
                try await body(digest, try await read(digest)?.collect(upTo: limit))
            }
            return
        }
        guard position.withLock({ $0 }) == digests.count else { throw isOutOfStep }
    }

    private func content(
        of blob: Blobstore_V1_FetchedBlob,
        _ digest: BLAKE3Digest,
        upTo limit: Int
    ) async throws(BlobError) -> ByteBuffer? {
        guard let error = RPCError(blob.status) else {
            let content = ByteBuffer(bytes: blob.data)
            guard BLAKE3Digest(hashing: content.readableBytesSpan) == digest else {
                throw BlobError(.corrupt, "\(digest) from \(server): sends another blob")
            }
            return content
        }
        switch error.code {
        case .notFound: return nil
        case .outOfRange: return try await read(digest)?.collect(upTo: limit)
        default: throw BlobError(error, from: server)
        }
    }

    /// Stores many small blobs in few messages, and returns what became of each, in their order.
    ///
    /// A blob of more than ``batchedBlobLimit``, and each one for a server that knows no batches, is
    /// stored by itself.
    ///
    /// - Throws: What concerns all of them, such as a lost connection.
    public func putMany(
        _ contents: [ByteBuffer]
    ) async throws(BlobError) -> [Result<BLAKE3Digest, BlobError>] {
        var results: [Result<BLAKE3Digest, BlobError>?] = Array(
            repeating: nil,
            count: contents.count
        )
        let small = contents.indices.filter { contents[$0].readableBytes <= Self.batchedBlobLimit }
        for (index, result) in zip(small, try await putBatch(small.map { contents[$0] })) {
            results[index] = result
        }
        for index in contents.indices where results[index] == nil {
            results[index] = await stored(contents[index])
        }
        return results.compactMap(\.self)
    }

    private func stored(_ content: ByteBuffer) async -> Result<BLAKE3Digest, BlobError> {
        do throws(BlobError) {
            return .success(try await put(content))
        } catch {
            return .failure(error)
        }
    }

    /// Stores blobs of moderate size; returns nothing if the server knows no batches.
    private func putBatch(
        _ contents: [ByteBuffer]
    ) async throws(BlobError) -> [Result<BLAKE3Digest, BlobError>] {
        if contents.isEmpty { return [] }
        let digests = Mutex<[BLAKE3Digest]>([])
        let results = Mutex<[Result<BLAKE3Digest, BlobError>]>([])
        do throws(BlobError) {
            try await connection.exchange(
                BlobStoreClient.putMany,
                sending: { writer in
                    var rest = contents[...]
                    while !rest.isEmpty {
                        let batch = rest.popBatch()
                        // Hashed away from the loop, and while what came before is on its way.
                        let blobs = await withTaskExecutorPreference(globalConcurrentExecutor) {
                            batch.map { (BLAKE3Digest(hashing: $0.readableBytesSpan), $0) }
                        }
                        digests.withLock { $0 += blobs.map(\.0) }
                        var message = Blobstore_V1_PutManyRequest()
                        message.blobs = blobs.map(Self.newBlob)
                        try await writer.write(message)
                    }
                },
                receiving: { (reply: Blobstore_V1_PutManyResponse) in
                    for blob in reply.blobs {
                        let index = results.withLock { $0.count }
                        let sent = digests.withLock { index < $0.count ? $0[index] : nil }
                        guard let sent, blob.digest == sent.field else { throw self.isOutOfStep }
                        let error = RPCError(blob.status).map { BlobError($0, from: self.server) }
                        let result = error.map(Result.failure) ?? .success(sent)
                        results.withLock { $0.append(result) }
                    }
                }
            )
        } catch {
            guard error.rpcCode == .unimplemented else { throw error }
            return []
        }
        let all = results.withLock { $0 }
        guard all.count == contents.count else { throw isOutOfStep }
        return all
    }

    private static func newBlob(
        _ digest: BLAKE3Digest,
        _ content: ByteBuffer
    ) -> Blobstore_V1_NewBlob {
        .with {
            $0.digest = digest.field
            $0.data = Data(content.readableBytesView)
        }
    }

    private var isOutOfStep: BlobError {
        BlobError(.unsupported, "\(server): answers for other blobs than it was asked about")
    }
}

extension ArraySlice<ByteBuffer> {
    /// Takes as many as make a message of moderate size, one at least.
    fileprivate mutating func popBatch() -> [ByteBuffer] {
        var batch: [ByteBuffer] = []
        var byteCount = 0
        while byteCount < MessageSize.collected, let content = popFirst() {
            batch.append(content)
            byteCount += content.readableBytes + 64
        }
        return batch
    }
}
