// SPDX-License-Identifier: Apache-2.0
import GRPCCore

/// The methods of the service of our own.
enum BlobStoreClient {
    static let readSlice = method("ReadSlice", .serverStreaming)
    static let findMissing = method("FindMissing", .unary)
    static let getMany = method("GetMany", .serverStreaming)
    static let putMany = method("PutMany", .bidirectionalStreaming)
    static let watch = method("Watch", .serverStreaming)

    private static func method(
        _ name: String,
        _ type: MethodDescriptor.RPCType
    ) -> MethodDescriptor {
        MethodDescriptor(fullyQualifiedService: BlobStoreMethods.name, method: name, type: type)
    }
}
