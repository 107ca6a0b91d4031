// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import Foundation
import NIOCore
import SwiftProtobuf

/// What the index object of a blob says: a serialized `StatBlobResponse`.
///
/// It has no bytes if the blob is one chunk, or empty.
struct CastoreIndex: Hashable, Sendable {
    /// The largest index object, in bytes: that of a blob of some 400 GiB in chunks of the usual size.
    static let byteLimit = 64 << 20

    /// A chunk of more bytes than this is not read.
    static let chunkByteLimit = 64 << 20

    var chunks: [ChunkReference]
    var size: UInt64

    init(_ chunks: [ChunkReference]) {
        self.chunks = chunks
        size = chunks.reduce(0) { $0 + $1.size }
    }

    /// Reads an index object; `place` names it in errors.
    init(parsing content: ByteBuffer, place: String) throws(BlobError) {
        let response: Snix_Castore_V1_StatBlobResponse
        do {
            response = try Snix_Castore_V1_StatBlobResponse(
                serializedBytes: Data(content.readableBytesView)
            )
        } catch {
            throw BlobError(.corrupt, "\(place): is no list of chunks", cause: error)
        }
        var chunks: [ChunkReference] = []
        chunks.reserveCapacity(response.chunks.count)
        for chunk in response.chunks {
            guard let digest = BLAKE3Digest(field: chunk.digest),
                (1...UInt64(Self.chunkByteLimit)).contains(chunk.size)
            else { throw BlobError(.corrupt, "\(place): has a chunk that cannot be") }
            chunks.append(ChunkReference(digest: digest, size: chunk.size))
        }
        self.init(chunks)
    }

    /// The content of the object.
    func encoded() throws(BlobError) -> ByteBuffer {
        var response = Snix_Castore_V1_StatBlobResponse()
        response.chunks = chunks.map { chunk in
            var meta = Snix_Castore_V1_StatBlobResponse.ChunkMeta()
            meta.digest = chunk.digest.field
            meta.size = chunk.size
            return meta
        }
        do {
            return ByteBuffer(bytes: try response.serializedData() as Data)
        } catch {
            throw BlobError(.refused, "the list of chunks cannot be encoded", cause: error)
        }
    }
}
