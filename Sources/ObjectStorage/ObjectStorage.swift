// SPDX-License-Identifier: Apache-2.0
public import BlobStore
public import NIOCore

/// Keeps objects, byte strings of any size, under names that are chosen by whoever writes them: a bucket,
/// or the part of one behind a prefix.
///
/// It is what all object stores have in common. Nothing is proven: whoever reads an object checks it.
///
/// A key is relative to the storage: parts of letters, digits, `-`, `_` and `.`, divided by `/`, none of
/// them empty, `.` or `..`.
///
/// Writes are atomic and durable when they return: nobody sees a part of an object, and whoever asks
/// afterwards sees all of it. Calls that fail for a reason that may pass have been tried again before
/// they throw.
public protocol ObjectStorage: Sendable {
    /// Names the place in errors, as in `s3://bucket/prefix`.
    var name: String { get }

    /// What has been asked of the place through this object.
    var requests: RequestCounter { get }

    /// Returns what is known of an object, or `nil` if there is none.
    func head(_ key: String) async throws(BlobError) -> ObjectInfo?

    /// Opens an object, or a range of it that ends at 2^63 at most; `nil` if there is none.
    ///
    /// A range that ends past the object is clipped; one that starts at its end or behind it yields nothing.
    func read(_ key: String, in range: Range<UInt64>?) async throws(BlobError) -> ObjectBody?

    /// Writes an object, in place of one that is there, and returns whether the condition was met.
    ///
    /// The content may be in any number of pieces, which are sent again if a try has failed. Some stores
    /// ignore conditions, so nobody may rely on them for more than saving work.
    func put(
        _ key: String,
        _ content: [ByteBuffer],
        _ condition: PutCondition
    ) async throws(BlobError) -> Bool

    /// Removes objects, as far as they are there.
    func delete(_ keys: [String]) async throws(BlobError)

    /// Returns a page of the objects whose keys begin with `prefix`, in no particular order.
    ///
    /// The prefix is empty, or ends with `/`. The token is `nil` for the first page, then that of the page
    /// before.
    func list(_ prefix: String, from token: String?) async throws(BlobError) -> ObjectPage

    /// Removes what writers have left behind that were killed, if it is older than so many seconds; returns how
    /// much there was.
    ///
    /// The default has nothing to remove.
    func removeLeftovers(olderThan age: Int64) async throws(BlobError) -> Int
}

extension ObjectStorage {
    public func removeLeftovers(olderThan age: Int64) async throws(BlobError) -> Int { 0 }
}

/// When an object is written.
public enum PutCondition: Hashable, Sendable {
    /// In any case.
    case always
    /// If there is none with this key.
    case ifAbsent
}

extension ObjectStorage {
    /// Writes an object of one piece in any case.
    public func put(_ key: String, _ content: ByteBuffer) async throws(BlobError) {
        _ = try await put(key, [content], .always)
    }

    /// Reads an object, or a range of it, into memory; `nil` if there is none.
    ///
    /// Fails with `corrupt` if there are more than `limit` bytes.
    public func content(
        of key: String,
        in range: Range<UInt64>? = nil,
        upTo limit: Int
    ) async throws(BlobError) -> ByteBuffer? {
        guard let body = try await read(key, in: range) else { return nil }
        var content = ByteBuffer()
        for try await piece in body {
            guard content.readableBytes + piece.readableBytes <= limit else {
                throw BlobError(.corrupt, "\(name)/\(key): has more than \(limit) bytes")
            }
            if content.readableBytes == 0 {
                content = piece
            } else {
                content.writeImmutableBuffer(piece)
            }
        }
        return content
    }

    /// Calls `body` with each page of the objects whose keys begin with `prefix`.
    public func forEachPage(
        of prefix: String,
        _ body: ([ObjectInfo]) async throws(BlobError) -> Void
    ) async throws(BlobError) {
        var token: String?
        repeat {
            let page = try await list(prefix, from: token)
            try await body(page.objects)
            token = page.next
        } while token != nil
    }
}
