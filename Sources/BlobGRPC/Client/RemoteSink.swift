// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import NIOCore
import Synchronization

/// Sends a new blob to a server.
///
/// A small blob is held back until it is complete, so that it can be sent again if the connection breaks.
/// From a larger one nothing is kept.
final class RemoteSink: BlobSink {
    private typealias Upload = OutgoingContent<Snix_Castore_V1_PutBlobResponse>

    /// The largest blob that is held back, in bytes.
    private static let heldLimit = 256 << 10

    private enum State {
        case holding(ByteBuffer)
        case sending(Upload)
    }

    private let castore: CastoreClient
    private let state = Mutex(State.holding(ByteBuffer()))

    init(_ castore: CastoreClient) { self.castore = castore }

    func append(_ bytes: ByteBuffer) async throws(BlobError) {
        switch state.withLock({ $0 }) {
        case .sending(let upload):
            try await upload.send(bytes)
        case .holding(var held) where held.readableBytes + bytes.readableBytes <= Self.heldLimit:
            held.join(bytes)
            state.withLock { $0 = .holding(held) }
        case .holding(let held):
            let upload = try await castore.put()
            state.withLock { $0 = .sending(upload) }
            try await upload.send(held)
            try await upload.send(bytes)
        }
    }

    func commit(_ blob: VerifiedBlob) async throws(BlobError) {
        switch state.withLock({ $0 }) {
        case .sending(let upload):
            try check(try await upload.finish(), blob)
        case .holding(let held):
            try await castore.connection.retrying { () throws(BlobError) in
                let upload = try await castore.put()
                try await upload.send(held)
                try check(try await upload.finish(), blob)
            }
        }
    }

    private func check(
        _ answer: Snix_Castore_V1_PutBlobResponse,
        _ blob: VerifiedBlob
    ) throws(BlobError) {
        guard let stored = BLAKE3Digest(field: answer.digest) else {
            throw refused(blob, "a digest of \(answer.digest.count) bytes")
        }
        guard stored == blob.digest else { throw refused(blob, "\(stored)") }
    }

    private func refused(_ blob: VerifiedBlob, _ answer: String) -> BlobError {
        let server = castore.connection.name
        return BlobError(.corrupt, "\(blob.digest) to \(server): it says that it stored \(answer)")
    }

    func abort() {
        if case .sending(let upload) = state.withLock({ $0 }) { upload.abort() }
    }
}
