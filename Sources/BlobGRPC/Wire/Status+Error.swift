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
