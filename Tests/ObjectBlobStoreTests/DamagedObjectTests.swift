// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobRecords
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectStorage
import SystemPackage
import Testing

@testable import ObjectBlobStore

/// Objects of which anybody may have changed anything are read, or refused, and nothing else.
@Suite struct DamagedObjectTests {
    private static let digests = (0..<4).map { TestBlob(size: $0, seed: 1).digest }

    private static var packs: [IndexObject.Pack] {
        digests.map { name in
            var records = digests.map { PackRecord(.chunk, $0, size: 100, storedLength: 50) }
            records[1].encoding = .zstd
            records[2].isBlob = true
            return IndexObject.Pack(name: name, size: 1000, records: records)
        }
    }

    /// Calls `body` with copies of some bytes of which one is another, and with beginnings of them.
    private func forEachDamage(of content: ByteBuffer, _ body: (ByteBuffer) throws -> Void) rethrows
    {
        for length in 0..<content.readableBytes {
            if let part = content.getSlice(at: content.readerIndex, length: length) {
                try body(part)
            }
        }
        for offset in content.readableBytesView.indices {
            for byte: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var damaged = content
                damaged.setInteger(byte, at: offset)
                try body(damaged)
            }
        }
    }

    @Test func `index objects`() throws {
        let content = IndexObject(Self.packs, replacing: Self.digests).encoded
        #expect(try IndexObject(parsing: content, place: "test").packs == Self.packs)
        forEachDamage(of: content) { damaged in
            guard let parsed = try? IndexObject(parsing: damaged, place: "test") else { return }
            // There is one way to write something.
            #expect(parsed.encoded == damaged)
        }
    }

    @Test func `records of no bytes have the digest of no bytes`() throws {
        func parsed(_ record: PackRecord) throws -> [PackRecord] {
            let pack = IndexObject.Pack(name: Self.digests[0], size: 1000, records: [record])
            return try IndexObject(parsing: IndexObject([pack]).encoded, place: "test").packs[0]
                .records
        }
        for kind in [PackRecord.Kind.chunk, .page] {
            let empty = PackRecord(kind, .empty, size: 0, storedLength: 0)
            #expect(try parsed(empty) == [empty])
            for storedLength in [0, 10] {
                let forged = PackRecord(
                    kind,
                    Self.digests[1],
                    size: 0,
                    storedLength: storedLength
                )
                let error = #expect(throws: BlobError.self) { try parsed(forged) }
                #expect(error?.code == .corrupt)
            }
        }
        let mark = PackRecord(.mark, Self.digests[1], size: 0, storedLength: 0)
        #expect(try parsed(mark) == [mark])
    }

    @Test func `packs`() throws {
        var builder = PackBuilder()
        for record in Self.packs[0].records {
            builder.append(record, ByteBuffer(repeating: 1, count: Int(record.storedLength)))
        }
        let content = builder.build().content.reduce(into: ByteBuffer()) {
            $0.writeImmutableBuffer($1)
        }
        #expect(PackObject.records(of: content) == builder.records)
        forEachDamage(of: content) { damaged in
            guard let records = PackObject.records(of: damaged) else { return }
            #expect(records == builder.records)
        }
    }

    @Test func `descriptions of blobs`() throws {
        var page = ChunkListPage()
        page.chunks = Self.digests.map { ChunkReference(digest: $0, size: 1000) }
        let content = page.encoded
        let digest = BLAKE3Digest(hashing: content.readableBytesSpan)
        let pages = [SplitBlob.Page(digest: digest, byteCount: page.byteCount)]
        let blob = SplitBlob(size: page.byteCount, pages: pages)
        let description = try BlobDescription(blob, nil, pages: [content]).encoded()
        #expect(BlobDescription(parsing: description, of: Self.digests[0])?.blob == blob)
        forEachDamage(of: description) { damaged in
            let parsed = BlobDescription(parsing: damaged, of: Self.digests[0])
            #expect((parsed?.pages.count ?? 0) <= 1)
        }
    }

    @Test func `lists of chunks of the castore layout`() throws {
        let chunks = Self.digests.map { ChunkReference(digest: $0, size: 300_000) }
        let content = try CastoreIndex(chunks).encoded()
        #expect(try CastoreIndex(parsing: content, place: "test").chunks == chunks)
        forEachDamage(of: content) { damaged in
            guard let parsed = try? CastoreIndex(parsing: damaged, place: "test") else { return }
            #expect(parsed.chunks.allSatisfy { $0.size <= UInt64(CastoreIndex.chunkByteLimit) })
        }
    }

    /// One blob of a single chunk, and one of several.
    @Test(arguments: [1000, 1_000_000])
    func `a chunk that is damaged in one pack is read from another`(size: Int) async throws {
        let storage = MemoryObjectStorage()
        let blob = TestBlob(size: size, seed: 8)
        let writers = [
            try await PackedBlobService(in: storage), try await PackedBlobService(in: storage),
        ]
        try await writers[0].running {
            try await writers[1].running {
                // Neither looks again within a minute for what the other one has written.
                for content in [TestBlob(size: 10, seed: 1).content, blob.content] {
                    for writer in writers { _ = try await writer.put(content) }
                }
            }
        }
        let folder = try TemporaryFolder()
        let path = folder.path.appending("index.sqlite")
        let finder = try await PackedBlobService(in: storage, index: path)
        let chunks = try #require(try await finder.chunkList(of: blob.digest))
        #expect(chunks.isEmpty == (size == 1000))
        let chunk = chunks.isEmpty ? blob.digest : chunks[chunks.count / 2].digest
        let places = try await finder.index.knownPlaces(of: chunk, as: .content)
        #expect(places.count == 2)

        func damage(_ place: RecordLocation) async throws {
            let middle = Int(place.position) + Int(place.record.storedLength) / 2
            try await storage.damage(PackObject.key(place.pack), at: middle)
        }
        func content() async throws -> ByteBuffer? {
            let reader = try await PackedBlobService(in: storage, index: path)
            return try await reader.running {
                try await reader.read(blob.digest)?.collect(upTo: size)
            }
        }
        // All readers have the same index, so that one of these is the place that they try first.
        for place in places {
            try await damage(place)
            let found = try await content()
            #expect(found == blob.content)
            // The same change again undoes it.
            try await damage(place)
        }
        for place in places { try await damage(place) }
        let error = await #expect(throws: BlobError.self) { try await content() }
        #expect(error?.code == .corrupt)
    }
}
