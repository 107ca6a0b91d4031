// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

/// Services that lie in their answers, not only in their streams.
@Suite struct FalseServiceTests {
    /// A service of which some answers are made up.
    private final class Liar: WrappingBlobService {
        let base = MemoryBlobService()
        let info: BlobInfo?
        let hashes: (@Sendable (Outboard) throws(BaoError) -> Outboard)?
        let isEmpty = Atomic(false)

        init(
            info: BlobInfo? = nil,
            hashes: (@Sendable (Outboard) throws(BaoError) -> Outboard)? = nil
        ) {
            self.info = info
            self.hashes = hashes
        }

        func stat(
            _ digest: BLAKE3Digest,
            _ wanted: StatOptions
        ) async throws(BlobError) -> BlobInfo? {
            if isEmpty.load(ordering: .relaxed) { return nil }
            if let info { return info }
            return try await base.stat(digest, wanted)
        }

        func read(
            _ digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> BlobBody? {
            if isEmpty.load(ordering: .relaxed) { return nil }
            return try await base.read(digest, in: range)
        }

        func outboard(
            of digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> Outboard? {
            if isEmpty.load(ordering: .relaxed) { return nil }
            guard let hashes, let outboard = try await base.outboard(of: digest, in: .all)
            else { return try await base.outboard(of: digest, in: range) }
            return try BlobError.proving(digest, from: "a liar") { () throws(BaoError) in
                try hashes(outboard)
            }
        }
    }

    private let blob = TestBlob(size: 50_001)

    private func expectCorrupt(_ body: () async throws -> Void) async {
        let error = await #expect(throws: BlobError.self) { try await body() }
        #expect(error?.code == .corrupt, "\(String(describing: error))")
        #expect(error?.message.contains("far") == true, "\(String(describing: error))")
    }

    @Test(arguments: [0, 1, 50_000, 50_002, 1 << 40, UInt64.max])
    func `a false size is found out`(size: UInt64) async throws {
        let liar = Liar(info: BlobInfo(size: size))
        _ = try await liar.base.put(blob.content)
        let service = VerifyingBlobService(liar, source: "far")
        await expectCorrupt { _ = try await service.stat(blob.digest) }
        await expectCorrupt { _ = try await service.read(blob.digest) }
    }

    @Test func `no bytes are the content of the empty blob only`() async throws {
        let digest = blob.digest
        let liar = Liar(info: BlobInfo(size: 0)) { (_) throws(BaoError) in
            try Outboard(digest, HashTree(size: 0), groups: 0..<0, values: [])
        }
        _ = try await liar.base.put(blob.content)
        let service = VerifyingBlobService(liar, source: "far")
        await expectCorrupt { _ = try await service.stat(digest) }
        await expectCorrupt { _ = try await service.read(digest) }
    }

    @Test(
        arguments: [
            (0, [0]), (10, [10, 0]), (10, [.max, 11]), (.max, [.max, 1, .max]),
        ] as [(UInt64, [UInt64])]
    )
    func `a chunk list that does not add up is found out`(
        size: UInt64,
        chunks: [UInt64]
    ) async throws {
        let list = chunks.map { ChunkReference(digest: .empty, size: $0) }
        let liar = Liar(info: BlobInfo(size: size, chunks: list))
        let service = VerifyingBlobService(liar, source: "far")
        await expectCorrupt {
            _ = try await service.stat(blob.digest, StatOptions(chunks: true))
        }
    }

    @Test func `hashes of another blob are not passed on`() async throws {
        let other = MemoryBlobService()
        let digest = try await other.put(TestBlob(size: 50_001, seed: 9).content)
        let outboard = try #require(try await other.outboard(of: digest, in: .all))
        let liar = Liar { (_) throws(BaoError) in outboard }
        _ = try await liar.base.put(blob.content)
        let service = VerifyingBlobService(liar, source: "far")
        await expectCorrupt { _ = try await service.outboard(of: blob.digest, in: .all) }
    }

    @Test func `a blob that has gone is absent`() async throws {
        let liar = Liar()
        _ = try await liar.base.put(blob.content)
        let service = VerifyingBlobService(liar, source: "far")
        #expect(try await service.read(blob.digest)?.collect(upTo: 1 << 20) == blob.content)
        liar.isEmpty.store(true, ordering: .relaxed)
        #expect(try await service.stat(blob.digest) == nil)
        #expect(try await service.read(blob.digest) == nil)
    }
}
