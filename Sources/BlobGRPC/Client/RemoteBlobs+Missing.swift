// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobProtos
import BlobStore
import GRPCCore
import GRPCProtobuf
import SwiftProtobuf

extension RemoteBlobs {
    /// How many digests one request names.
    private static let batchSize = 16 << 10

    func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let others = digests.filter { $0 != .empty }
        if others.count <= 1 { return try await missingOneByOne(others) }
        var missing: Set<BLAKE3Digest> = []
        for start in stride(from: 0, to: others.count, by: Self.batchSize) {
            let batch = Array(others[start..<min(start + Self.batchSize, others.count)])
            guard let absent = try await findMissing(batch) else {
                return try await missingOneByOne(others)
            }
            missing.formUnion(absent)
        }
        return others.filter(missing.contains)
    }

    /// Asks for many at once; `nil` if the server cannot do that.
    private func findMissing(_ batch: [BLAKE3Digest]) async throws(BlobError) -> [BLAKE3Digest]? {
        let request = Blobstore_V1_FindMissingRequest.with { $0.digests = batch.map(\.field) }
        let reply: Blobstore_V1_FindMissingResponse
        do throws(BlobError) {
            reply = try await connection.retrying { () throws(BlobError) in
                do throws(RPCError) {
                    return try await connection.unary(
                        BlobStoreClient.findMissing,
                        request,
                        BoundedDeserializer<Blobstore_V1_FindMissingResponse>(limit: Self.batchSize)
                    )
                } catch {
                    throw BlobError(error, from: connection.name)
                }
            }
        } catch {
            guard error.rpcCode == .unimplemented else { throw error }
            return nil
        }
        if let failed = reply.failed.first, let error = RPCError(failed.status) {
            throw BlobError(error, from: connection.name)
        }
        return reply.missing.compactMap(BLAKE3Digest.init(field:))
    }

    private func missingOneByOne(
        _ digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let found = await Lanes.map(digests) { [self] digest -> Result<Bool, BlobError> in
            do throws(BlobError) {
                return .success(try await ask(.init(), digest) != nil)
            } catch {
                return .failure(error)
            }
        }
        var missing: [BLAKE3Digest] = []
        for (digest, isThere) in zip(digests, found) where try !isThere.get() {
            missing.append(digest)
        }
        return missing
    }
}
