// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOHTTP1
public import ObjectStorage

extension S3Storage {
    public func head(_ key: String) async throws(BlobError) -> ObjectInfo? {
        var request = S3Request("HeadObject", .head, .HEAD, try fullKey(key))
        request.declining = [404]
        let answer = try await client.perform(request) { (response) throws(Problem) in
            guard let size = response.contentLength else {
                throw .error(BlobError(.corrupt, "the answer does not tell the size"))
            }
            _ = try await client.collect(response, upTo: 0)
            return ObjectInfo(
                key: key,
                size: size,
                modificationTime: response.modificationTime ?? 0
            )
        }
        switch answer {
        case .value(let info): return info
        case .declined(let failure):
            try await checkBucket(after: failure, of: request)
            return nil
        }
    }
}
