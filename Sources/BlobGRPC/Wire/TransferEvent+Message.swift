// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import GRPCCore

extension Blobstore_V1_TransferEvent {
    /// The message that tells of an event.
    init(_ event: TransferEvent) {
        self.init()
        transfer = event.transfer
        source = event.source
        byteCount = event.byteCount
        if let digest = event.digest { self.digest = digest.field }
        if let total = event.totalByteCount { totalByteCount = total }
        switch event.direction {
        case .read: direction = .read
        case .write: direction = .write
        case .fetch: direction = .fetch
        }
        switch event.kind {
        case .started: state = .started
        case .progressed: state = .running
        case .finished: state = .done
        case .failed(let error): set(.failed, error)
        case .retried(let error): set(.retried, error)
        case .demoted(let error): set(.demoted, error)
        }
    }

    private mutating func set(_ state: State, _ error: any Error) {
        self.state = state
        status = Blobstore_V1_Status(RPCError(answering: error))
        // What a substituter has said concerns whoever waits, and says nothing of files here.
        if let error = error as? BlobError, direction == .fetch { status.message = "\(error)" }
    }
}
