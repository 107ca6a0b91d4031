// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import Foundation
import GRPCCore
import NIOCore
import SwiftProtobuf

/// Many blobs in one call.
struct BatchMethods: Sendable {
    /// How many digests one request may name.
    static let digestLimit = 1 << 16
    /// The largest blob that travels in a batch, in bytes.
    static let blobSizeLimit: UInt64 = 1 << 20
    /// How many blobs one message may bring.
    static let newBlobLimit = 1 << 14
    /// How many blobs of a batch are read at once.
    private static let laneCount = 64
    /// How much content of a batch is in memory at once, in bytes, or one blob.
    private static let fetchedByteCount: UInt64 = 2 << 20
    /// About how much content one message has, in bytes.
    private static let messageByteCount = 256 << 10

    let blobs: any BlobService
    let calls: ServerCalls

    func findMissing(
        _ request: Blobstore_V1_FindMissingRequest,
        _ call: IncomingCall
    ) async throws(RPCError) -> Blobstore_V1_FindMissingResponse {
        let digests = try Self.digests(request.digests)
        return try await calls.run("FindMissing", nil, call) {
            do throws(BlobError) {
                let missing = try await blobs.missing(among: digests)
                return .with { $0.missing = missing.map(\.field) }
            } catch {
                // What concerns the store as a whole concerns each of them.
                if error.code == .unavailable || error.code == .cancelled { throw error }
                return await findOneByOne(digests)
            }
        }
    }

    /// Asks for each digest by itself, so that one that fails costs only its own answer.
    private func findOneByOne(_ digests: [BLAKE3Digest]) async -> Blobstore_V1_FindMissingResponse {
        let found = await Lanes.map(digests) { digest -> Result<Bool, BlobError> in
            do throws(BlobError) {
                return .success(try await blobs.has(digest))
            } catch {
                return .failure(error)
            }
        }
        var response = Blobstore_V1_FindMissingResponse()
        for (digest, result) in zip(digests, found) {
            switch result {
            case .success(let isThere):
                if !isThere { response.missing.append(digest.field) }
            case .failure(let error):
                let failed = Blobstore_V1_FailedDigest.with {
                    $0.digest = digest.field
                    $0.status = Blobstore_V1_Status(error, digest)
                }
                response.failed.append(failed)
            }
        }
        return response
    }

    func getMany(
        _ request: Blobstore_V1_GetManyRequest,
        _ writer: RPCWriter<Blobstore_V1_GetManyResponse>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        let digests = try Self.digests(request.digests)
        let asked = request.sizeLimit == 0 ? Self.blobSizeLimit : request.sizeLimit
        let limit = min(asked, Self.blobSizeLimit)
        try await calls.run("GetMany", nil, call) {
            var rest = digests[...]
            while !rest.isEmpty {
                let group = rest.prefix(Self.laneCount)
                rest = rest.dropFirst(Self.laneCount)
                for batch in await batches(of: Array(group), upTo: limit) {
                    let fetched = await withTaskExecutorPreference(calls.workers) {
                        await fetch(batch, upTo: limit)
                    }
                    for message in Self.messages(of: fetched) { try await writer.write(message) }
                }
            }
        }
    }

    /// Divides digests so that the content of each part fits into memory.
    private func batches(
        of digests: [BLAKE3Digest],
        upTo limit: UInt64
    ) async -> [[BLAKE3Digest]] {
        // Without looking at any of them it is known to fit.
        if limit * UInt64(digests.count) <= Self.fetchedByteCount { return [digests] }
        let sizes = await withTaskExecutorPreference(calls.workers) {
            await Lanes.map(digests) { digest in
                do {
                    return try await blobs.stat(digest)?.size ?? 0
                } catch {
                    return limit
                }
            }
        }
        var batches: [[BLAKE3Digest]] = []
        var room: UInt64 = 0
        for (digest, size) in zip(digests, sizes) {
            let needed = size > limit ? 0 : size
            if batches.isEmpty || needed > room {
                batches.append([])
                room = max(needed, Self.fetchedByteCount)
            }
            batches[batches.count - 1].append(digest)
            room -= needed
        }
        return batches
    }

    private func fetch(
        _ digests: [BLAKE3Digest],
        upTo limit: UInt64
    ) async -> [Blobstore_V1_FetchedBlob] {
        await Lanes.map(digests) { digest in
            await fetch(digest, upTo: limit)
        }
    }

    private func fetch(
        _ digest: BLAKE3Digest,
        upTo limit: UInt64
    ) async -> Blobstore_V1_FetchedBlob {
        var blob = Blobstore_V1_FetchedBlob()
        blob.digest = digest.field
        do throws(BlobError) {
            guard let body = try await blobs.read(digest) else {
                blob.status = Blobstore_V1_Status(RPCError(absent: digest))
                return blob
            }
            blob.size = body.size
            guard body.size <= limit else {
                blob.status = .with {
                    $0.code = Int32(RPCError.Code.outOfRange.rawValue)
                    $0.message = "\(digest): has \(body.size) bytes, more than \(limit)"
                }
                return blob
            }
            blob.data = Data(try await body.collect(upTo: Int(limit)).readableBytesView)
        } catch {
            blob.status = Blobstore_V1_Status(error, digest)
        }
        return blob
    }

    /// Packs blobs into messages of moderate size.
    private static func messages(
        of blobs: [Blobstore_V1_FetchedBlob]
    ) -> [Blobstore_V1_GetManyResponse] {
        var messages: [Blobstore_V1_GetManyResponse] = []
        var message = Blobstore_V1_GetManyResponse()
        var byteCount = 0
        for blob in blobs {
            if byteCount > 0, byteCount + blob.data.count > messageByteCount {
                messages.append(message)
                message = Blobstore_V1_GetManyResponse()
                byteCount = 0
            }
            message.blobs.append(blob)
            byteCount += blob.data.count
        }
        return messages + [message]
    }

    func putMany(
        _ requests: RPCAsyncSequence<Blobstore_V1_PutManyRequest, any Error>,
        _ writer: RPCWriter<Blobstore_V1_PutManyResponse>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        try await calls.run("PutMany", nil, call) {
            for try await request in requests {
                let stored = await withTaskExecutorPreference(calls.workers) {
                    await Lanes.map(request.blobs) { await store($0) }
                }
                try await writer.write(.with { $0.blobs = stored })
            }
        }
    }

    private func store(_ new: Blobstore_V1_NewBlob) async -> Blobstore_V1_StoredBlob {
        var stored = Blobstore_V1_StoredBlob()
        stored.digest = new.digest
        do throws(RPCError) {
            try await put(new)
        } catch {
            stored.status = Blobstore_V1_Status(error)
        }
        return stored
    }

    private func put(_ new: Blobstore_V1_NewBlob) async throws(RPCError) {
        let digest = try BLAKE3Digest(checking: new.digest)
        guard new.data.count <= Self.blobSizeLimit else {
            throw RPCError(
                code: .invalidArgument,
                message: "\(digest): has \(new.data.count) bytes, more than \(Self.blobSizeLimit)"
            )
        }
        do throws(BlobError) {
            let content = ByteBuffer(bytes: new.data)
            var writer = try await BlobWriter(to: blobs, WriteHint(size: UInt64(new.data.count)))
            try await writer.write(content)
            _ = try await writer.finish(expecting: digest)
        } catch {
            guard error.code == .corrupt else { throw RPCError(answering: error, digest) }
            throw RPCError(code: .invalidArgument, message: error.message)
        }
    }

    private static func digests(_ fields: [Data]) throws(RPCError) -> [BLAKE3Digest] {
        guard fields.count <= digestLimit else {
            throw RPCError(
                code: .invalidArgument,
                message: "digests: \(fields.count) are more than the \(digestLimit) of one request"
            )
        }
        return try fields.map { (field) throws(RPCError) in try BLAKE3Digest(checking: field) }
    }
}
