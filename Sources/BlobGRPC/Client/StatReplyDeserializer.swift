// SPDX-License-Identifier: Apache-2.0
import BlobProtos
import Foundation
import GRPCCore
import SwiftProtobuf

/// Decodes answers of Stat, of which each entry of the chunk list can be one.
///
/// An entry takes memory before anybody looks at it: ten million empty ones would make 20 MB of message
/// 800 MB of objects.
struct StatReplyDeserializer: MessageDeserializer {
    /// The field of the chunk list.
    private static let chunks: UInt64 = 2
    /// A digest and a size with their headers.
    private static let smallestEntry = 2 + 32 + 2

    func deserialize<Bytes: GRPCContiguousBytes>(
        _ bytes: Bytes
    ) throws -> Snix_Castore_V1_StatBlobResponse {
        try unsafe bytes.withUnsafeBytes { memory in
            var smallest = Int.max
            let isWhole = unsafe ProtobufWire.forEachField(of: memory.bytes) { field, content, _ in
                if field == Self.chunks { smallest = min(smallest, content.count) }
            }
            guard isWhole else {
                throw RPCError(code: .dataLoss, message: "the answer of Stat is malformed")
            }
            guard smallest >= Self.smallestEntry else {
                throw RPCError(
                    code: .dataLoss,
                    message:
                        "the answer of Stat has a chunk of \(smallest) bytes, which is no chunk"
                )
            }
            return unsafe try Snix_Castore_V1_StatBlobResponse(
                serializedBytes: Data(memory)
            )
        }
    }
}
