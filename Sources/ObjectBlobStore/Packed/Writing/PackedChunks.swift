// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore

/// Writes the records of one blob, each only once as far as that is known here.
///
/// Once something is lost that was on its way, nothing more is written.
struct PackedChunks: Sendable {
    private static let level = 1

    private let index: BucketIndex
    private let writer: PackWriter
    private let codec: ZstdCodec
    private let lossCount: Int

    init(_ index: BucketIndex, _ writer: PackWriter, _ codec: ZstdCodec) {
        self.index = index
        self.writer = writer
        self.codec = codec
        lossCount = writer.lossCount
    }

    /// Returns when everything that was written is there.
    func commit() async throws(BlobError) { try await writer.commit(since: lossCount) }

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
        let digests = references.map(\.digest)
        let locations = try await index.knownLocations(of: digests, as: .content)
        let new = references.indices.filter { number in
            locations[number] == nil && writer.staged(digests[number], as: [.chunk]) == nil
        }
        let records = try await concurrentMap(new, atOnce: atOnce) { number throws(BlobError) in
            try await Workers.run { () throws(BlobError) in
                try makeRecord(contents[number], references[number].digest, isBlob: false)
            }
        }
        for (record, stored) in records {
            try await writer.append(record, stored, since: lossCount)
        }
        return references
    }

    /// Writes a blob of one chunk, unless it is there.
    func writeBlob(_ content: ByteBuffer, _ digest: BLAKE3Digest) async throws(BlobError) {
        if try await isKnownBlob(digest) { return }
        let (record, stored) = try await Workers.run { () throws(BlobError) in
            try makeRecord(content, digest, isBlob: true)
        }
        try await writer.append(record, stored, since: lossCount)
    }

    /// Writes blobs of one chunk each, those that are not there, and returns their digests.
    func writeBlobs(_ contents: [ByteBuffer]) async throws(BlobError) -> [BLAKE3Digest] {
        let digests = try await Workers.run { () throws(BlobError) in
            contents.map { BLAKE3Digest(hashing: $0.readableBytesSpan) }
        }
        let locations = try await index.knownLocations(of: digests, as: .blob)
        var new: [Int] = []
        for (number, location) in locations.enumerated() where location?.record.isBlob != true {
            let isKnown =
                location != nil
                || writer.staged(digests[number], as: [.chunk, .description, .mark]) != nil
            if isKnown, try await isKnownBlob(digests[number]) { continue }
            new.append(number)
        }
        let numbers = new
        let records = try await Workers.run { () throws(BlobError) in
            var records: [(PackRecord, stored: ByteBuffer)] = []
            for number in numbers {
                records.append(try makeRecord(contents[number], digests[number], isBlob: true))
            }
            return records
        }
        for (record, stored) in records {
            try await writer.append(record, stored, since: lossCount)
        }
        return digests
    }

    private func makeRecord(
        _ content: ByteBuffer,
        _ digest: BLAKE3Digest,
        isBlob: Bool
    ) throws(BlobError) -> (PackRecord, stored: ByteBuffer) {
        let bytes = content.readableBytesSpan
        return try codec.withCompressed(bytes, level: Self.level) { compressed in
            let stored = compressed.map(ByteBuffer.init(copying:)) ?? content
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

    /// Writes a page of a list, and returns its digest.
    func writePage(_ content: ByteBuffer) async throws(BlobError) -> BLAKE3Digest {
        let digest = BLAKE3Digest(hashing: content.readableBytesSpan)
        let known = try await index.knownLocations(of: [digest], as: .content)[0]
        if known != nil || writer.staged(digest, as: [.page]) != nil { return digest }
        let length = content.readableBytes
        let record = PackRecord(.page, digest, size: UInt64(length), storedLength: length)
        try await writer.append(record, content, since: lossCount)
        return digest
    }

    /// Writes the description of a blob, unless it is there.
    func write(
        _ description: BlobDescription,
        of digest: BLAKE3Digest
    ) async throws(BlobError) {
        if try await isKnownBlob(digest) { return }
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
        try await writer.append(record, content, since: lossCount)
    }

    /// Whether a blob is there or on its way; one that is there, but not as a blob, is marked.
    private func isKnownBlob(_ digest: BLAKE3Digest) async throws(BlobError) -> Bool {
        let staged = writer.staged(digest, as: [.chunk, .description, .mark])
        if staged == true { return true }
        if staged == nil {
            let location = try await index.knownLocations(of: [digest], as: .blob)[0]
            if location == nil { return false }
        }
        if try await index.isKnownBlob(digest) { return true }
        var mark = PackRecord(.mark, digest, size: 0, storedLength: 0)
        mark.isBlob = true
        try await writer.append(mark, ByteBuffer(), since: lossCount)
        return true
    }
}
