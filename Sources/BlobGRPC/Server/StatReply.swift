// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobProtos
import BlobStore
import Foundation
import NIOCore
import SwiftProtobuf

/// The answer to Stat: as much of what the client asks for as fits a message.
struct StatReply {
    /// How much content is sent with a reply at most, in bytes.
    static let inlineLimit: UInt64 = 1 << 20
    /// What one entry of the chunk list takes at most: a digest and a size with their headers.
    private static let chunkEntrySize = 2 + 34 + 11

    let request: Snix_Castore_V1_StatBlobRequest
    let digest: BLAKE3Digest
    let blobs: any BlobService
    private var room = MessageSize.limit

    init(
        to request: Snix_Castore_V1_StatBlobRequest,
        digest: BLAKE3Digest,
        blobs: any BlobService
    ) {
        self.request = request
        self.digest = digest
        self.blobs = blobs
    }

    /// Returns the answer, or `nil` if the blob is not there.
    func message() async throws(BlobError) -> Snix_Castore_V1_StatBlobResponse? {
        var copy = self
        return try await copy.make()
    }

    private mutating func make() async throws(BlobError) -> Snix_Castore_V1_StatBlobResponse? {
        let inlineLimit = Int(min(request.inlineLimit, Self.inlineLimit))
        // All at once, as the service may have to ask another one.
        let wanted = StatOptions(
            chunks: request.sendChunks,
            outboard: request.sendBao,
            inlineLimit: inlineLimit
        )
        guard let info = try await blobs.stat(digest, wanted) else { return nil }
        var message = Snix_Castore_V1_StatBlobResponse()
        message.size = info.size
        if info.size <= inlineLimit, inlineLimit > 0 {
            guard let content = try await content(of: info) else { return nil }
            room -= content.count
            message.inlined = content
        }
        addChunks(info.chunks ?? [], to: &message)
        if request.sendBao { try await addHashes(of: info, to: &message) }
        return message
    }

    private func content(of info: BlobInfo) async throws(BlobError) -> Data? {
        var content = info.content
        if content == nil {
            content = try await blobs.read(digest)?.collect(upTo: Int(info.size))
        }
        return content.map { Data($0.readableBytesView) }
    }

    /// A list that would not fit is left out: the blob can be read as a whole.
    private mutating func addChunks(
        _ chunks: [ChunkReference],
        to message: inout Snix_Castore_V1_StatBlobResponse
    ) {
        guard chunks.count > 1, chunks.count <= room / Self.chunkEntrySize else { return }
        room -= chunks.count * Self.chunkEntrySize
        message.chunks = chunks.map { chunk in
            .with {
                $0.digest = chunk.digest.field
                $0.size = chunk.size
            }
        }
    }

    private mutating func addHashes(
        of info: BlobInfo,
        to message: inout Snix_Castore_V1_StatBlobResponse
    ) async throws(BlobError) {
        let form = OutboardForm(request.baoFormat)
        let hashes = OutboardReply(info: info, digest: digest, form: form, room: room, blobs: blobs)
        let asked = request.hasBaoShift ? Int(min(request.baoShift, 10)) : nil
        guard let (bytes, groupSize) = try await hashes.bytes(groupLog: asked) else { return }
        message.bao = bytes
        message.baoShift = UInt32(groupSize.log)
        message.baoFormat = form.wire
    }
}
