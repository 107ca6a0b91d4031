// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
import BlobProtos
public import BlobStore
import GRPCCore
import SwiftProtobuf

extension GRPCBlobService {
    /// Connects, and makes sure that there is a blob service.
    public func connect() async throws(BlobError) { try await remote.greet() }

    /// Tells what the server transfers from now on, until it ends or the task is cancelled.
    ///
    /// - Parameters:
    ///   - digests: The blobs of which transfers are told; none: all.
    ///   - body: Called for each event. An error of it ends the call with one whose cause it is.
    /// - Throws: The code is `unsupported` if the server cannot tell.
    public func watch(
        _ digests: [BLAKE3Digest] = [],
        _ body: @escaping @Sendable (TransferEvent) async throws -> Void
    ) async throws(BlobError) {
        let request = Blobstore_V1_WatchRequest.with { $0.digests = digests.map(\.field) }
        try await connection.exchange(
            BlobStoreClient.watch,
            isPatient: true,
            sending: { writer in try await writer.write(request) },
            receiving: { [server] (message: Blobstore_V1_TransferEvent) in
                // What a newer server tells besides is not for us.
                if let event = TransferEvent(message, from: server) { try await body(event) }
            }
        )
    }
}

extension TransferEvent {
    /// The event that a message tells of; `nil` if it is of an unknown kind.
    fileprivate init?(_ message: Blobstore_V1_TransferEvent, from server: String) {
        let direction: Direction
        switch message.direction {
        case .read: direction = .read
        case .write: direction = .write
        case .fetch: direction = .fetch
        case .unspecified, .UNRECOGNIZED: return nil
        }
        let code = RPCError(message.status).map { BlobError($0, from: server).code }
        let failure = BlobError(code ?? .unavailable, message.status.message)
        let kind: Kind
        switch message.state {
        case .started: kind = .started
        case .running: kind = .progressed
        case .done: kind = .finished
        case .failed: kind = .failed(failure)
        case .retried: kind = .retried(failure)
        case .demoted: kind = .demoted(failure)
        case .unspecified, .UNRECOGNIZED: return nil
        }
        self.init(
            transfer: message.transfer,
            direction: direction,
            digest: BLAKE3Digest(field: message.digest),
            source: message.source,
            kind: kind,
            byteCount: message.byteCount,
            totalByteCount: message.hasTotalByteCount ? message.totalByteCount : nil
        )
    }
}
