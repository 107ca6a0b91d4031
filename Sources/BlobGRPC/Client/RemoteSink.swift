// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import NIOCore

/// Sends a new blob to a server.
final class RemoteSink: BlobSink {
    private let content: OutgoingContent<Snix_Castore_V1_PutBlobResponse>
    private let server: String

    init(_ content: OutgoingContent<Snix_Castore_V1_PutBlobResponse>, server: String) {
        self.content = content
        self.server = server
    }

    func append(_ bytes: ByteBuffer) async throws(BlobError) { try await content.send(bytes) }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        let answer = try await content.finish()
        guard let stored = BLAKE3Digest(field: answer.digest), stored == blob.digest else {
            let found = BLAKE3Digest(field: answer.digest).map { "\($0)" }
            throw BlobError(
                .corrupt,
                "\(blob.digest) to \(server): it says that it has stored "
                    + (found ?? "a digest of \(answer.digest.count) bytes")
            )
        }
    }

    func abort() { content.abort() }
}
