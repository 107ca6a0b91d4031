// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore

/// Writes records, each only once as far as that is known here.
struct PackedChunks: Sendable {
    private static let level = 3

    let index: BucketIndex
    let writer: PackWriter
    let codec: ZstdCodec

    /// Writes the chunks of a part of a blob in their order, so that they are next to each other in a pack, and
    /// returns what they are.
    func write(_ contents: [ByteBuffer]) async throws(BlobError) -> [ChunkReference] {
        let atOnce = NIOCore.System.coreCount
        let references = try await concurrentMap(contents, atOnce: atOnce) {
            content throws(BlobError) in
            try await Workers.run { () throws(BlobError) in
                let digest = BLAKE3Digest(hashing: content.readableBytesSpan)
                return ChunkReference(digest: digest, size: UInt64(content.readableBytes))
            }
        }
        let locations = try await index.knownLocations(of: references.map(\.digest))
        let new = references.indices.filter { number in
            locations[number] == nil && writer.staged(references[number].digest) == nil
        }
        let records = try await concurrentMap(new, atOnce: atOnce) { number throws(BlobError) in
            try await record(contents[number], references[number].digest, isBlob: false)
        }
        for (record, stored) in records { try await writer.append(record, stored) }
        return references
    }

    /// Writes a blob of one chunk, unless it is there.
    func writeBlob(_ content: ByteBuffer, _ digest: BLAKE3Digest) async throws(BlobError) {
        if try await isKnown(digest, isBlob: true) { return }
        let (record, stored) = try await record(content, digest, isBlob: true)
        try await writer.append(record, stored)
    }

    private func record(
        _ content: ByteBuffer,
        _ digest: BLAKE3Digest,
        isBlob: Bool
    ) async throws(BlobError) -> (PackRecord, stored: ByteBuffer) {
        try await Workers.run { [codec] () throws(BlobError) in
            let bytes = content.readableBytesSpan
            return try codec.withCompressed(bytes, level: Self.level) { compressed in
                // What is kept until it is sent must not share the storage of others.
                let stored = ByteBuffer(copying: compressed ?? content)
                var record = PackRecord(
                    .chunk,
                    digest,
                    size: UInt64(content.readableBytes),
                    storedLength: stored.readableBytes
                )
                record.encoding = compressed == nil ? .plain : .zstd
                record.isBlob = isBlob
                return (record, stored)
            }
        }
    }

    /// Writes a page of a list, and returns its digest.
    func writePage(_ content: ByteBuffer) async throws(BlobError) -> BLAKE3Digest {
        let digest = BLAKE3Digest(hashing: content.readableBytesSpan)
        if try await isKnown(digest, isBlob: false) { return digest }
        let length = content.readableBytes
        let record = PackRecord(.page, digest, size: UInt64(length), storedLength: length)
        try await writer.append(record, content)
        return digest
    }

    /// Writes the description of a blob, unless it is there.
    func write(
        _ description: BlobDescription,
        of digest: BLAKE3Digest
    ) async throws(BlobError) {
        if try await isKnown(digest, isBlob: true) { return }
        let content = try description.encoded()
        guard content.readableBytes <= PackRecord.contentByteLimit else {
            throw BlobError(.refused, "\(digest): is too large for this store")
        }
        var record = PackRecord(
            .description,
            digest,
            size: description.blob.size,
            storedLength: content.readableBytes
        )
        record.isBlob = true
        try await writer.append(record, content)
    }

    /// Whether a record is there or on its way; one that is there, but not as a blob, is marked.
    private func isKnown(_ digest: BLAKE3Digest, isBlob: Bool) async throws(BlobError) -> Bool {
        var isStaged = false
        var isStagedAsBlob = false
        if let staged = writer.staged(digest) { (isStaged, isStagedAsBlob) = (true, staged) }
        let known = index.known
        if !isStaged {
            let location = try await Workers.run { () throws(BlobError) in
                try known.location(of: digest)
            }
            if location == nil { return false }
        }
        if !isBlob || isStagedAsBlob { return true }
        let isMarked = try await Workers.run { () throws(BlobError) in try known.isBlob(digest) }
        if isMarked { return true }
        var mark = PackRecord(.mark, digest, size: 0, storedLength: 0)
        mark.isBlob = true
        try await writer.append(mark, ByteBuffer())
        return true
    }
}
