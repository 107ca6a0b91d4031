// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage
import Synchronization

/// The descriptions of blobs of more than one chunk.
///
/// Memory: 16 MiB of those that were read last.
final class PackedDescriptions: Sendable {
    private static let keptByteCount = 16 << 20

    private let reader: PackReader
    private let kept = Mutex(RecentlyUsed<BlobDescription>(limit: PackedDescriptions.keptByteCount))

    init(_ reader: PackReader) { self.reader = reader }

    /// Returns the description that a record has.
    func description(at location: RecordLocation) async throws(BlobError) -> BlobDescription {
        let digest = location.record.digest
        if let known = kept.withLock({ $0.use(digest) }) { return known }
        let content = try await reader.content(at: location)
        guard let description = BlobDescription(parsing: content, of: digest) else {
            throw BlobError(.corrupt, "\(digest): its description is damaged")
        }
        kept.withLock { $0.add(description, digest, byteCount: content.readableBytes) }
        return description
    }

    /// Returns the chunks of the blob whose description is in a record.
    func chunkList(at location: RecordLocation) async throws(BlobError) -> [ChunkReference] {
        let description = try await description(at: location)
        var chunks: [ChunkReference] = []
        for (index, page) in description.blob.pages.enumerated() {
            let content = index < description.pages.count ? description.pages[index] : nil
            chunks += try await reader.chunks(of: page, content, of: location.record.digest)
        }
        return chunks
    }
}
