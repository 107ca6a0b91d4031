// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRPCCore
import SwiftProtobuf

/// Decodes messages of many entries, but no more of them than are allowed.
///
/// An entry takes memory before anybody looks at it: eight million empty ones make a message of 16 MB and
/// objects of some GB.
struct BoundedDeserializer<Message: SwiftProtobuf.Message>: MessageDeserializer {
    /// How many fields a message may have, entries of its lists each counted.
    let limit: Int

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
        try unsafe bytes.withUnsafeBytes { memory in
            var count = 0
            let isWhole = unsafe ProtobufWire.forEachField(of: memory.bytes) { _, _, _ in
                count += 1
            }
            guard isWhole else {
                throw RPCError(code: .invalidArgument, message: "a message is malformed")
            }
            guard count <= limit else {
                throw RPCError(
                    code: .invalidArgument,
                    message: "a message has \(count) entries, more than \(limit)"
                )
            }
            return unsafe try Message(serializedBytes: Data(memory))
        }
    }
}
