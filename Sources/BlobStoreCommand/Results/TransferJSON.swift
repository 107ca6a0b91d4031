// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore

/// An event of a transfer as one line of JSON.
struct TransferJSON: Encodable {
    var transfer: UInt64
    var direction: String
    var digest: String?
    var source: String
    var event: String
    var bytes: UInt64
    var total: UInt64?
    var error: String?

    init(_ event: TransferEvent) {
        transfer = event.transfer
        direction = "\(event.direction)"
        digest = event.digest.map { "\($0)" }
        source = event.source
        bytes = event.byteCount
        total = event.totalByteCount
        (self.event, error) =
            switch event.kind {
            case .started: ("started", nil)
            case .progressed: ("progressed", nil)
            case .finished: ("finished", nil)
            case .retried(let error): ("retried", "\(error)")
            case .demoted(let error): ("demoted", "\(error)")
            case .failed(let error): ("failed", "\(error)")
            }
    }
}
