// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOHTTP1
public import ObjectStorage

extension S3Storage {
    /// Returns a page of the objects whose keys begin with `prefix`, in no particular order.
    ///
    /// Objects that somebody else has put there, under names that no key of a storage is like, are left
    /// out.
    ///
    /// - Parameters:
    ///   - prefix: Empty, or ends with `/`.
    ///   - token: `nil` for the first page, then that of the page before.
    /// - Returns: A thousand objects at most, and how to go on.
    /// - Throws: The code is `refused`, `unavailable`, `corrupt` or `cancelled`.
    public func list(
        _ prefix: String,
        from token: String?
    ) async throws(BlobError) -> ObjectPage {
        guard
            prefix.isEmpty || prefix.hasSuffix("/") && ObjectKey.isValid(String(prefix.dropLast()))
        else { throw BlobError(.refused, "\(name): \(prefix) is nothing that keys begin with") }
        let base = client.settings.options.prefix
        let root = base.isEmpty ? "" : "\(base)/"
        var request = S3Request("ListObjectsV2", .list, .GET, nil)
        request.query = [
            ("list-type", "2"), ("max-keys", "1000"), ("encoding-type", "url"),
            ("prefix", root + prefix),
        ]
        if let token { request.query.append(("continuation-token", token)) }
        return try await client.value(of: request) { (response) throws(Problem) in
            let document = try await client.decode(
                ListDocument.self,
                root: "ListBucketResult",
                response
            )
            return try document.page(of: root + prefix, in: root, after: token)
        }
    }
}
