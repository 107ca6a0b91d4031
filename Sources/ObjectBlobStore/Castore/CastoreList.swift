// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import ObjectStorage
import Synchronization

/// Lists the blobs of the castore layout, page by page, and goes on where it has stopped if asked to.
///
/// Memory: a page of keys.
final class CastoreList: Sendable {
    private struct Position: Sendable {
        /// The last blob that was returned.
        var last: BLAKE3Digest?
        /// What has been listed and not been returned.
        var rest: ArraySlice<BLAKE3Digest> = []
        /// What the next page is asked for with; `nil` in the beginning and at the end.
        var token: String?
        var isAtEnd = false
    }

    private let storage: any ObjectStorage
    private let position = Mutex(Position())

    init(of storage: any ObjectStorage) { self.storage = storage }

    /// Returns the blobs that follow one in ascending order, at most `limit`.
    func blobs(
        after digest: BLAKE3Digest?,
        limit: Int
    ) async throws(BlobError) -> [BLAKE3Digest] {
        var position = position.withLock { $0 }
        // Only who goes on is spared the pages before.
        if digest == nil || position.last != digest { position = Position() }
        var found: [BLAKE3Digest] = []
        while found.count < limit {
            if let next = position.rest.popFirst() {
                if digest.map({ $0 < next }) ?? true { found.append(next) }
                continue
            }
            if position.isAtEnd { break }
            let page = try await storage.list(CastoreKeys.blobs, from: position.token)
            position.rest = page.objects.compactMap { CastoreKeys.blob($0.key) }.sorted()[...]
            position.token = page.next
            position.isAtEnd = page.next == nil
        }
        position.last = found.last ?? digest
        let end = position
        self.position.withLock { $0 = end }
        return found
    }
}
