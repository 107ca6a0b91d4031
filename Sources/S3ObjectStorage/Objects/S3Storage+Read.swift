// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOCore
import NIOHTTP1
public import ObjectStorage

extension S3Storage {
    /// Opens an object, or a range of it that ends at 2^63 at most; `nil` if there is none.
    ///
    /// A body that breaks off is opened again at the next byte, as often as the options say without a
    /// byte in between. If the object has been replaced in the meantime, that fails with `unavailable`.
    ///
    /// A body that nobody reads from for longer than the stall timeout loses its connection, and is opened
    /// again when somebody does.
    public func read(
        _ key: String,
        in range: Range<UInt64>?
    ) async throws(BlobError) -> ObjectBody? {
        if let range, range.isEmpty { return try await emptyBody(key) }
        let wanted = Extent(range)
        var request = S3Request("GetObject", .get, .GET, try fullKey(key))
        request.declining = [404, 416]
        if let header = wanted.header { request.headers.append(("Range", header)) }
        let answer = try await client.perform(request) { (response) throws(Problem) in
            OpenBody(response, try wanted.part(of: response))
        }
        switch answer {
        case .value(let body):
            let download = Download(client, key: request.key, body)
            return ObjectBody(objectSize: body.part.size) { () throws(BlobError) in
                try await download.next()
            }
        case .declined(let failure) where failure.status == 404:
            try await checkBucket(after: failure, of: request)
            return nil
        case .declined(let failure):
            guard let size = failure.contentRange.flatMap({ ContentRange($0) })?.size else {
                return try await emptyBody(key)
            }
            return Self.emptyBody(size)
        }
    }

    private func emptyBody(_ key: String) async throws(BlobError) -> ObjectBody? {
        try await head(key).map { Self.emptyBody($0.size) }
    }

    private static func emptyBody(_ size: UInt64) -> ObjectBody {
        ObjectBody(objectSize: size) { () throws(BlobError) in nil }
    }
}
