// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import GRPCCore

extension Blobstore_V1_Status {
    init(_ error: RPCError) {
        self.init()
        code = Int32(error.code.rawValue)
        message = error.message
    }

    init(_ error: BlobError, _ digest: BLAKE3Digest) {
        self.init(RPCError(answering: error, digest))
    }
}

extension RPCError {
    /// The error that a status stands for; `nil` if it is good.
    init?(_ status: Blobstore_V1_Status) {
        if status.code == 0 { return nil }
        let code = Status.Code(rawValue: Int(status.code)).flatMap(RPCError.Code.init(_:))
        self.init(code: code ?? .unknown, message: status.message)
    }
}
