// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import BlobStoreTesting
import NIOCore
import Testing

@Suite struct VerifyingBlobServiceTests {
    /// What a service sends so that others can check it.
    enum Proof: CaseIterable {
        case outboards, slices, halfSlices, chunkSlices, nothing
    }

    /// A service that sends only one kind of proof.
    private struct Prover<Base: BlobService>: WrappingBlobService {
        let base: Base
        let proof: Proof

        func outboard(
            of digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> Outboard? {
            proof == .outboards ? try await base.outboard(of: digest, in: range) : nil
        }

        func readSlice(
            _ digest: BLAKE3Digest,
            _ ranges: ChunkRanges
        ) async throws(BlobError) -> BlobSlice? {
            switch proof {
            case .outboards, .nothing: nil
            case .slices: try await BlobSlice(of: digest, ranges, from: base)
            case .halfSlices:
                try await BlobSlice(of: digest, ranges, from: base, form: .siblings)
            case .chunkSlices:
                try await BlobSlice(of: digest, ranges, from: base, groupSize: .chunk)
            }
        }
    }

    private let memory = MemoryBlobService()
    private let blob = TestBlob(size: 900_001)

    private func verifying(
        _ proof: Proof,
        _ fault: FaultyBlobService<Prover<MemoryBlobService>>.Fault? = nil
    ) -> any BlobService {
        let prover = Prover(base: memory, proof: proof)
        guard let fault else { return VerifyingBlobService(prover, source: "far") }
        return VerifyingBlobService(FaultyBlobService(prover, fault), source: "far")
    }

    private static let rules: [(StoreRule, Proof)] = StoreRule.all.flatMap { rule in
        Proof.allCases.map { (rule, $0) }
    }

    @Test(arguments: rules)
    private func `obeys every rule`(rule: StoreRule, proof: Proof) async throws {
        try await rule.check(verifying(proof))
    }

    @Test(arguments: Proof.allCases)
    func `a flipped bit is found, and nothing wrong is released`(proof: Proof) async throws {
        _ = try await memory.put(blob.content)
        for position in [0, 20_000, 450_000, 899_990] {
            let service = verifying(proof, .flippingBit(at: position))
            await expectCorrupt {
                var offset = 0
                guard let body = try await service.read(blob.digest) else { return }
                for try await piece in body {
                    let end = offset + piece.readableBytes
                    #expect(piece == blob.bytes(in: offset..<end))
                    offset = end
                }
            }
        }
    }

    @Test(arguments: Proof.allCases)
    func `an early end is found`(proof: Proof) async throws {
        _ = try await memory.put(blob.content)
        for length in [0, 1, 100_000] {
            let service = verifying(proof, .truncating(after: length))
            await expectCorrupt { _ = try await bytes(of: blob, in: service) }
        }
    }

    @Test(arguments: Proof.allCases)
    func `a stream that does not end is cut off`(proof: Proof) async throws {
        _ = try await memory.put(blob.content)
        let service = verifying(proof, .endless)
        await expectCorrupt { _ = try await bytes(of: blob, in: service) }
    }

    @Test func `a blob without hashes that is too large is refused`() async throws {
        _ = try await memory.put(blob.content)
        let prover = Prover(base: memory, proof: .nothing)
        let service = VerifyingBlobService(prover, source: "far", spoolLimit: 900_000)
        let error = await #expect(throws: BlobError.self) {
            _ = try await service.read(blob.digest)
        }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("far") == true)
    }

    @Test func `a blob that comes byte for byte is kept in few buffers`() async throws {
        let blob = TestBlob(size: 100_000)
        _ = try await memory.put(blob.content)
        let service = VerifyingBlobService(Dripping(base: memory), source: "far")
        var pieces: [ByteBuffer] = []
        for try await piece in try #require(try await service.read(blob.digest)) {
            pieces.append(piece)
        }
        #expect(pieces.count == 2)
        #expect(ByteBuffer(bytes: pieces.flatMap(\.readableBytesView)) == blob.content)
    }

    /// A service that reads byte for byte.
    private struct Dripping: WrappingBlobService {
        let base: MemoryBlobService

        func read(
            _ digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> BlobBody? {
            guard let body = try await base.read(digest, in: range) else { return nil }
            let bytes = try await body.collect(upTo: 1 << 20).readableBytesView
            return BlobBody(size: body.size, pieces: bytes.map { ByteBuffer(integer: $0) })
        }

        func outboard(
            of digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> Outboard? { nil }
    }

    private func expectCorrupt(_ body: () async throws -> Void) async {
        do {
            try await body()
            Issue.record("nothing was found")
        } catch let error as BlobError {
            #expect(error.code == .corrupt, "\(error)")
            #expect(error.message.contains("far"), "\(error)")
            #expect(error.message.contains("\(blob.digest)"), "\(error)")
        } catch {
            Issue.record(error)
        }
    }

    private func bytes(of blob: TestBlob, in service: any BlobService) async throws -> ByteBuffer? {
        try await service.read(blob.digest)?.collect(upTo: 1 << 30)
    }
}
