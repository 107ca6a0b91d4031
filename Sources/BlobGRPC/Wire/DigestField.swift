// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import Foundation
import GRPCCore

extension BLAKE3Digest {
    /// The digest in a field of a request.
    init(checking field: Data) throws(RPCError) {
        guard let digest = BLAKE3Digest(field: field) else {
            throw RPCError(
                code: .invalidArgument,
                message: "digest: has \(field.count) bytes, \(Self.byteCount) are expected"
            )
        }
        self = digest
    }
}
