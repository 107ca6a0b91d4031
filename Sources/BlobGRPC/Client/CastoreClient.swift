// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import GRPCCore
import NIOCore
import SwiftProtobuf
import Synchronization

/// The calls of castore's service, under the name that the server knows.
///
/// Nothing is checked.
final class CastoreClient: Sendable {
    let connection: Connection
    /// Which of the names the server answers to, once that is known.
    private let name = Mutex<String?>(nil)
    private let isExtended = Atomic(false)

    /// Whether the server has answered, so that it is known what it can do.
    var hasAnswered: Bool { name.withLock { $0 != nil } }

    /// Whether the server is known to have the extensions.
    var hasExtensions: Bool { isExtended.load(ordering: .relaxed) }

    init(_ connection: Connection) { self.connection = connection }

    private func method(
        _ method: String,
        of name: String,
        _ type: MethodDescriptor.RPCType
    ) -> MethodDescriptor {
        MethodDescriptor(fullyQualifiedService: name, method: method, type: type)
    }

    /// Asks about a blob, or returns `nil` if the server does not have it.
    func stat(
        _ request: Snix_Castore_V1_StatBlobRequest
    ) async throws(BlobError) -> Snix_Castore_V1_StatBlobResponse? {
        try await connection.retrying { () throws(BlobError) in
            do throws(RPCError) {
                return try await statOnce(request)
            } catch {
                if error.code == .notFound { return nil }
                throw BlobError(error, from: connection.name)
            }
        }
    }

    private func statOnce(
        _ request: Snix_Castore_V1_StatBlobRequest
    ) async throws(RPCError) -> Snix_Castore_V1_StatBlobResponse {
        let known = name.withLock { $0 }
        for candidate in CastoreMethods.names where known == nil || known == candidate {
            do throws(RPCError) {
                let reply = try await connection.unary(
                    method("Stat", of: candidate, .unary),
                    request,
                    StatReplyDeserializer()
                )
                name.withLock { $0 = candidate }
                if reply.hasSize { isExtended.store(true, ordering: .relaxed) }
                return reply
            } catch {
                if error.code != .unimplemented { name.withLock { $0 = candidate } }
                if error.code != .unimplemented || known != nil { throw error }
            }
        }
        throw RPCError(code: .unimplemented, message: "there is no blob service")
    }

    /// Opens a blob, or returns `nil` if the server does not have it.
    func read(_ digest: BLAKE3Digest) async throws(BlobError) -> IncomingBlob? {
        try await connection.retrying { () throws(BlobError) in try await readOnce(digest) }
    }

    /// Opens a blob without another attempt, for callers that try again as a whole.
    func readOnce(_ digest: BLAKE3Digest) async throws(BlobError) -> IncomingBlob? {
        let request = Snix_Castore_V1_ReadBlobRequest.with { $0.digest = digest.field }
        let read = method("Read", of: try await knownName(), .serverStreaming)
        return try await IncomingBlob(connection.download(read, request))
    }

    /// Opens an upload.
    func put() async throws(BlobError) -> OutgoingContent<Snix_Castore_V1_PutBlobResponse> {
        let name = try await knownName()
        return try connection.upload(
            method("Put", of: name, .clientStreaming),
            answer: Snix_Castore_V1_PutBlobResponse.self
        )
    }

    /// The name of the service, for which the server is asked about the empty blob if need be: a stream
    /// cannot be tried twice.
    private func knownName() async throws(BlobError) -> String {
        if let name = name.withLock({ $0 }) { return name }
        _ = try await stat(.with { $0.digest = BLAKE3Digest.empty.field })
        guard let name = name.withLock({ $0 }) else {
            throw BlobError(.unsupported, "\(connection.name): has no blob service")
        }
        return name
    }
}

/// Content that is known to be there: its first bytes have come, or its regular end.
struct IncomingBlob: Sendable {
    private let first: ByteBuffer?
    private let isFirstTaken = Flag()
    private let content: IncomingContent

    /// Waits for the first bytes, and returns `nil` if the server says that it has not got them.
    init?(_ content: IncomingContent) async throws(BlobError) {
        self.content = content
        do throws(BlobError) {
            first = try await content.next()
        } catch {
            if error.rpcCode == .notFound { return nil }
            throw error
        }
    }

    /// Returns the next bytes, or `nil` at the end.
    ///
    /// A server that only now notices that something is missing has not said that the blob is absent.
    func next() async throws(BlobError) -> ByteBuffer? {
        if isFirstTaken.raise() { return first }
        return first == nil ? nil : try await content.next()
    }
}

/// Something that is true from some moment on.
private final class Flag: Sendable {
    private let isUp = Atomic(false)

    /// Makes it true, and returns whether it was not.
    func raise() -> Bool { !isUp.exchange(true, ordering: .relaxed) }
}
