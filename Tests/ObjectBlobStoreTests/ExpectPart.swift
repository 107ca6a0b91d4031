// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Testing

/// Expects that 1000 bytes of a blob can be read.
func expectPart(at start: Int, of blob: TestBlob, _ service: some BlobService) async throws {
    let range = ByteRange(from: UInt64(start), upTo: UInt64(start + 1000))
    let part = try await service.read(blob.digest, in: range)?.collect(upTo: 1000)
    #expect(part == blob.bytes(in: start..<start + 1000))
}
