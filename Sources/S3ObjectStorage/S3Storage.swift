// SPDX-License-Identifier: Apache-2.0
public import BlobStore
import NIOHTTP1
public import ObjectStorage
import Synchronization

/// Keeps objects in a bucket of Amazon S3, or of a server that speaks its protocol.
///
/// Requests are signed by Signature Version 4 with the hash of what is sent, and tried again when they
/// fail for a reason that may pass. What AWS says in its answers about region, clock and expired
/// credentials is acted upon once.
///
/// Connections are kept open between requests. They are closed when the last reference to the storage
/// and to the bodies that it has opened goes; ``shutDown()`` closes them at once and waits for it.
///
/// An upload in parts that fails or is cancelled is taken back. If the process ends before that, or a part
/// arrives behind it, parts stay in the bucket, which cost as much as objects: a rule of the bucket should
/// remove them (`AbortIncompleteMultipartUpload`).
public final class S3Storage: ObjectStorage {
    let client: S3Client

    /// Opens a storage; nothing is asked of the server yet, and no credentials are looked for.
    ///
    /// Reads the shared files of AWS and that of certificates, and blocks for it.
    ///
    /// - Throws: The code is `refused` if an option or a file is wrong; the message says what to write.
    public init(_ options: S3Options) throws(BlobError) { client = try S3Client(options) }

    public var name: String { client.name }

    /// The URL of the bucket and of the prefix in it: storages with the same one have the same objects.
    public var place: String {
        let settings = client.settings
        let prefix = settings.options.prefix
        let location = settings.location(of: prefix.isEmpty ? nil : prefix, in: settings.region)
        return "\(location.url)\(location.path)"
    }

    public var requests: RequestCounter { client.requests }

    /// Closes all connections and waits until they are closed; calls that are under way fail with
    /// `refused`, and so do later ones.
    public func shutDown() async { await client.connections.shutDown() }

    /// The key in the bucket of an object.
    ///
    /// Fails with `refused` if the storage cannot have such an object.
    func fullKey(_ key: String) throws(BlobError) -> String {
        guard ObjectKey.isValid(key) else {
            throw BlobError(.refused, "\(name): \(key) is no key for an object")
        }
        return client.settings.fullKey(key)
    }

    /// Fails if a bucket that has not got an object is not there at all.
    ///
    /// Costs one request at most until the bucket has been seen.
    func checkBucket(after failure: S3Failure, of request: S3Request) async throws(BlobError) {
        if failure.code == "NoSuchBucket" { throw client.described(failure, of: request) }
        // Answers to HEAD have no code.
        guard failure.code.isEmpty, !client.knowledge.withLock({ $0.isBucketThere }) else { return }
        var question = S3Request("HeadBucket", .head, .HEAD, nil)
        // Who may read objects may still not ask about the bucket.
        question.declining = [403, 404]
        let answer = try await client.perform(question) { (response) throws(Problem) in
            _ = try await client.collect(response, upTo: 0)
        }
        if case .declined(var failure) = answer, failure.status == 404 {
            failure.code = "NoSuchBucket"
            throw client.described(failure, of: request)
        }
        client.knowledge.withLock { $0.isBucketThere = true }
    }
}
