// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Synchronization

extension S3Storage {
    /// How many objects are removed by one request, by the rules of S3.
    private static let keysAtOnce = 1_000
    /// How many requests are under way if there has to be one for each object.
    private static let requestsAtOnce = 8

    /// Removes objects, as far as they are there: by the thousand, or one by one if the server cannot do
    /// it otherwise.
    public func delete(_ keys: [String]) async throws(BlobError) {
        var fullKeys: [String] = []
        for key in keys { fullKeys.append(try fullKey(key)) }
        var rest = fullKeys[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.keysAtOnce))
            rest = rest.dropFirst(batch.count)
            if batch.count > 1, try await deleteTogether(batch) { continue }
            try await deleteOneByOne(batch)
        }
    }

    /// Removes objects by one request, or returns `false` if the server cannot do that.
    private func deleteTogether(_ keys: [String]) async throws(BlobError) -> Bool {
        if client.knowledge.withLock({ $0.deletesOneByOne }) { return false }
        var keys = keys
        var backoff = Backoff(client.settings.options.retryCount)
        while true {
            let request = try await Self.request(for: keys)
            let answer = try await client.perform(request) { (response) throws(Problem) in
                try await client.decode(DeletedObjects.self, root: "DeleteResult", response)
            }
            guard case .value(let document) = answer else {
                client.knowledge.withLock { $0.deletesOneByOne = true }
                return false
            }
            let failures = document.failures
            guard let first = failures.first else { return true }
            let left = DeletedObjects.left(of: keys, after: failures)
            let isPassing = failures.allSatisfy(\.isPassing)
            let bucket = "s3://\(client.settings.options.bucket)"
            let key = ErrorDocument.printable(first.key ?? "")
            let place = key.isEmpty ? bucket : "\(bucket)/\(key)"
            let error = BlobError(
                isPassing ? .unavailable : .refused,
                """
                \(place): DeleteObjects: \(first.reason) \
                (\(left.count) of \(keys.count) objects not removed)
                """
            )
            try await backoff.wait(after: error, isPassing: isPassing)
            keys = left
        }
    }

    private static func request(for keys: [String]) async throws(BlobError) -> S3Request {
        var request = S3Request("DeleteObjects", .delete, .POST, nil)
        request.query = [("delete", "")]
        request.payload = try await .hashing([DoomedObjects(keys: keys).document])
        request.headers = [
            ("Content-MD5", request.payload.md5), ("Content-Type", "application/xml"),
        ]
        request.declining = [405, 501]
        return request
    }

    private func deleteOneByOne(_ keys: [String]) async throws(BlobError) {
        let failure: BlobError? = await withTaskGroup(of: BlobError?.self) { group in
            defer { group.cancelAll() }
            for (index, key) in keys.enumerated() {
                if index >= Self.requestsAtOnce, let error = await group.next() ?? nil {
                    return error
                }
                group.addTask { await self.deleteOne(key) }
            }
            for await case let error? in group { return error }
            return nil
        }
        if let failure { throw failure }
    }

    private func deleteOne(_ key: String) async -> BlobError? {
        var request = S3Request("DeleteObject", .delete, .DELETE, key)
        request.declining = [404]
        do throws(BlobError) {
            let answer = try await client.perform(request) { (response) throws(Problem) in
                _ = try await client.collect(response, upTo: XMLAnswer.largest)
            }
            if case .declined(let failure) = answer {
                try await checkBucket(after: failure, of: request)
            }
            return nil
        } catch {
            return error
        }
    }
}
