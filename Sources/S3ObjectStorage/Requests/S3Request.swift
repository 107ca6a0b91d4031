// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOHTTP1
import ObjectStorage

/// A request to a bucket.
struct S3Request: Sendable {
    /// What AWS calls it, for errors.
    var operation: String
    /// What it counts as.
    var kind: RequestKind
    var method: HTTPMethod
    /// The key in the bucket; `nil` if it is about the bucket.
    var key: String?
    /// Not encoded.
    var query: [(name: String, value: String)] = []
    /// What is sent besides that which all requests have.
    var headers: [(name: String, value: String)] = []
    var payload = Payload.empty
    /// A header by which the server keeps the hash of what it gets; sent if the request is signed, as long
    /// as the server takes it.
    ///
    /// Buckets that keep objects from being removed want it.
    var checksum: (name: String, value: String)?
    /// Statuses other than those from 200 on that the caller wants to know of.
    var declining: Set<UInt> = []

    init(_ operation: String, _ kind: RequestKind, _ method: HTTPMethod, _ key: String?) {
        self.operation = operation
        self.kind = kind
        self.method = method
        self.key = key
    }

    /// Whether the payload is bytes of an object.
    var hasContent: Bool { method == .PUT && payload.byteCount > 0 }
}

/// What a server has made of a request.
enum Answer<Value: Sendable>: Sendable {
    case value(Value)
    /// It has one of the statuses that the request says the caller wants to know of.
    case declined(S3Failure)
}
