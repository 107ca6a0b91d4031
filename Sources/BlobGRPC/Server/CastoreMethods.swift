// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import GRPCCore
import NIOCore
import SwiftProtobuf

/// The blob service of castore, under one of its names.
struct CastoreMethods: RegistrableRPCService {
    /// The names of the service, the newest first.
    static let names = ["snix.castore.v1.BlobService", "tvix.castore.v1.BlobService"]

    let name: String
    let blobs: any BlobService
    let calls: ServerCalls
    let transfers: TransferMonitor

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        router.addUnary("Stat", of: name) { request, call in try await stat(request, call) }
        router.addServerStream("Read", of: name, DataMessageSerializer()) {
            (request: Snix_Castore_V1_ReadBlobRequest, writer, call) in
            try await read(request, writer, call)
        }
        router.addClientStream("Put", of: name, DataMessageDeserializer()) { messages, call in
            try await put(messages, call)
        }
    }

    private func stat(
        _ request: Snix_Castore_V1_StatBlobRequest,
        _ call: IncomingCall
    ) async throws(RPCError) -> Snix_Castore_V1_StatBlobResponse {
        let digest = try BLAKE3Digest(checking: request.digest)
        return try await calls.run("Stat", digest, call) {
            let reply = StatReply(to: request, digest: digest, blobs: blobs)
            guard let message = try await reply.message() else { throw RPCError(absent: digest) }
            return message
        }
    }

    private func read(
        _ request: Snix_Castore_V1_ReadBlobRequest,
        _ writer: RPCWriter<DataMessage>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        let digest = try BLAKE3Digest(checking: request.digest)
        try await calls.run("Read", digest, call) {
            guard let body = try await blobs.read(digest) else { throw RPCError(absent: digest) }
            let transfer = transfers.begin(
                .read,
                digest,
                source: call.source,
                totalByteCount: body.size
            )
            do {
                try await ContentSender(readingOn: calls.workers).send(body) { message in
                    try await writer.write(message)
                    transfer.add(message.byteCount)
                }
                transfer.finish()
                calls.log(transfer)
            } catch {
                transfer.fail(error)
                throw error
            }
        }
    }

    private func put(
        _ messages: RPCAsyncSequence<DataMessage, any Error>,
        _ call: IncomingCall
    ) async throws(RPCError) -> Snix_Castore_V1_PutBlobResponse {
        try await calls.run("Put", nil, call) {
            let transfer = transfers.begin(.write, nil, source: call.source)
            do {
                // Hashing takes long, and must not keep a loop from its connections.
                let digest = try await withTaskExecutorPreference(calls.workers) {
                    try await store(messages, transfer)
                }
                transfer.finish(digest)
                calls.log(transfer)
                return .with { $0.digest = digest.field }
            } catch {
                transfer.fail(error)
                throw error
            }
        }
    }

    private func store(
        _ messages: RPCAsyncSequence<DataMessage, any Error>,
        _ transfer: Transfer
    ) async throws -> BLAKE3Digest {
        var writer = try await BlobWriter(to: blobs)
        var collected = ByteBuffer()
        for try await message in messages {
            for part in message.parts { collected.join(part) }
            transfer.add(message.byteCount)
            if collected.readableBytes >= MessageSize.collected {
                try await writer.write(collected)
                collected = ByteBuffer()
            }
        }
        if collected.readableBytes > 0 { try await writer.write(collected) }
        return try await writer.finish()
    }
}
