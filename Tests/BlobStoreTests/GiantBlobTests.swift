// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobStore
import NIOCore
import Testing

@Suite struct GiantBlobTests {
    /// Has the hashes of a blob of 2^64 - 1 bytes, made up from below, and none of its bytes.
    private struct Giant: BlobService {
        private let tree = HashTree(size: .max)
        /// The chaining value of every node over 2^n groups.
        private let values: [BLAKE3Tree.ChainingValue]

        init() {
            let byte = ByteBuffer(bytes: [1])
            let first = BLAKE3Tree.ChunkIndex(rawValue: 0)
            var values = [BLAKE3Tree.chainingValue(of: byte.readableBytesSpan, at: first)]
            for _ in 0..<49 {
                values.append(
                    BLAKE3Tree.parent(of: values[values.count - 1], values[values.count - 1])
                )
            }
            self.values = values
        }

        var digest: BLAKE3Digest { BLAKE3Tree.root(of: values[49], values[49]) }

        func stat(
            _ digest: BLAKE3Digest,
            _ wanted: StatOptions
        ) async throws(BlobError) -> BlobInfo? { BlobInfo(size: tree.size) }

        func read(
            _ digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> BlobBody? { nil }

        func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
            throw BlobError(.unsupported, "is not there for that")
        }

        func outboard(
            of digest: BLAKE3Digest,
            in range: ByteRange
        ) async throws(BlobError) -> Outboard? {
            let groups = tree.groups(touching: try range.resolved(against: tree.size))
            let nodes = tree.outboardNodes(for: groups)
            let found = nodes.map { values[$0.count.trailingZeroBitCount - 4] }
            return try BlobError.proving(digest, from: "a giant") { () throws(BaoError) in
                try Outboard(digest, tree, groups: groups, values: found)
            }
        }
    }

    private let giant = Giant()

    @Test(arguments: [ChunkRanges.last, ChunkRanges(1 << 53..<1 << 53 + 1), ChunkRanges.all])
    func `a slice of the largest blob ends where there are no bytes`(
        ranges: ChunkRanges
    ) async throws {
        let slice = try #require(try await BlobSlice(of: giant.digest, ranges, from: giant))
        let error = await #expect(throws: BlobError.self) {
            while try await slice.next() != nil {}
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `the largest blob is not there for someone who checks it`() async throws {
        let service = VerifyingBlobService(giant, source: "far")
        #expect(try await service.read(giant.digest) == nil)
    }
}
