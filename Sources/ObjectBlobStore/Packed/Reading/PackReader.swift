// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCompression
import BlobFiles
import BlobRecords
import BlobStore
import NIOCore
import ObjectStorage

/// Reads records of packs and checks them: what it returns matches its digest, or describes a blob as far as
/// can be said without reading that.
struct PackReader: Sendable {
    /// Less than this is read with what is next to it, in bytes.
    private static let smallByteCount = 256 << 10

    let index: BucketIndex
    let segments: PackSegments
    let codec: ZstdCodec

    init(_ index: BucketIndex, _ codec: ZstdCodec) {
        self.index = index
        self.codec = codec
        segments = PackSegments(of: index.storage)
    }

    /// Returns the content of a page, or `nil` if there is none.
    func page(_ digest: BLAKE3Digest) async throws(BlobError) -> ByteBuffer? {
        guard let location = try await index.location(of: digest, as: .content) else { return nil }
        return try await content(at: location)
    }

    /// Returns the content of a record; a small one is read with what is next to it.
    func content(at location: RecordLocation) async throws(BlobError) -> ByteBuffer {
        try await contents(at: [location])[0]
    }

    /// Returns the contents of records that follow one another in a pack, with little between them; small ones
    /// are read with what is next to them.
    func contents(at locations: [RecordLocation]) async throws(BlobError) -> [ByteBuffer] {
        guard let first = locations.first, let last = locations.last else { return [] }
        let range = first.range.lowerBound..<max(first.range.upperBound, last.range.upperBound)
        guard let bytes = try await self.bytes(in: range, of: first.pack) else {
            // Somebody has moved them to another pack, and said so.
            try await index.refresh()
            return try await eachContent(of: locations, in: nil)
        }
        do throws(BlobError) {
            return try await decode(bytes, from: range.lowerBound, locations)
        } catch {
            guard error.code == .corrupt else { throw error }
            // Somebody may have repaired it meanwhile.
            try await index.refreshIfOld()
            return try await eachContent(of: locations, in: (bytes, range.lowerBound))
        }
    }

    private func bytes(
        in range: Range<UInt64>,
        of pack: BLAKE3Digest
    ) async throws(BlobError) -> ByteBuffer? {
        if range.count < Self.smallByteCount {
            // A copy, as who keeps a few bytes should not keep all that came with them.
            return try await segments.bytes(in: range, of: pack).map(ByteBuffer.init(copying:))
        }
        if let known = segments.known(in: range, of: pack) { return known }
        let key = PackObject.key(pack)
        return try await index.storage.content(of: key, in: range, upTo: range.count)
    }

    /// Returns contents that are damaged in what was read of a pack, or are not there, from other packs.
    private func eachContent(
        of locations: [RecordLocation],
        in read: (bytes: ByteBuffer, start: UInt64)?
    ) async throws(BlobError) -> [ByteBuffer] {
        var contents: [ByteBuffer] = []
        for location in locations {
            var problem = damage(location, "is gone, as the pack is")
            if let read {
                do throws(BlobError) {
                    contents += try await decode(read.bytes, from: read.start, [location])
                    continue
                } catch {
                    guard error.code == .corrupt else { throw error }
                    problem = error
                }
            }
            guard let other = try await content(likeThatAt: location) else { throw problem }
            contents.append(other)
        }
        return contents
    }

    /// Reads a record in another pack that has it too, or returns `nil` if there is none that is sound.
    private func content(likeThatAt old: RecordLocation) async throws(BlobError) -> ByteBuffer? {
        let isDescription = old.record.kind == .description
        for new in try await index.knownPlaces(
            of: old.record.digest,
            as: isDescription ? .blob : .content
        )
        where new.pack != old.pack && (new.record.kind == .description) == isDescription {
            guard let bytes = try await bytes(in: new.range, of: new.pack) else { continue }
            do throws(BlobError) {
                return try await decode(bytes, from: new.range.lowerBound, [new])[0]
            } catch {
                guard error.code == .corrupt else { throw error }
            }
        }
        return nil
    }

    private func decode(
        _ bytes: ByteBuffer,
        from start: UInt64,
        _ locations: [RecordLocation]
    ) async throws(BlobError) -> [ByteBuffer] {
        try await Workers.run { () throws(BlobError) in
            var contents: [ByteBuffer] = []
            for location in locations {
                let stored =
                    location.range.isEmpty
                    ? ByteBuffer() : bytes.part(location.range, at: start) ?? ByteBuffer()
                guard stored.readableBytes == Int(location.record.storedLength) else {
                    throw damage(location, "is cut off")
                }
                guard let content = try decode(stored, location.record) else {
                    throw damage(location, "does not match its digest")
                }
                contents.append(content)
            }
            return contents
        }
    }

    /// Returns the content of a record, or `nil` if it is damaged.
    func decode(_ stored: ByteBuffer, _ record: PackRecord) throws(BlobError) -> ByteBuffer? {
        if record.kind == .description {
            let description = BlobDescription(parsing: stored, of: record.digest)
            return description?.blob.size == record.size ? stored : nil
        }
        var content = stored
        if record.encoding == .zstd {
            let length = Int(clamping: record.size)
            guard let plain = try codec.decompress(stored.readableBytesSpan, length: length) else {
                return nil
            }
            content = plain
        }
        guard UInt64(content.readableBytes) == record.size,
            BLAKE3Digest(hashing: content.readableBytesSpan) == record.digest
        else { return nil }
        return content
    }

    private func damage(_ location: RecordLocation, _ problem: String) -> BlobError {
        BlobError(
            .corrupt,
            "\(index.storage.name)/\(PackObject.key(location.pack)): the record"
                + " \(location.record.digest) at byte \(location.position) \(problem)"
        )
    }
}
