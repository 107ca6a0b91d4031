// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import NIOCore
import ObjectBlobStore
import ObjectStorage
import SystemPackage
import Testing

/// Stores in different places whose services were given the same file for what is known of them.
@Suite struct SharedIndexTests {
    private func expectContent(
        of blob: TestBlob,
        _ service: PackedBlobService
    ) async throws {
        let content = try await service.read(blob.digest)?.collect(upTo: blob.size)
        #expect(content == blob.content)
    }

    @Test func `stores that share an index file keep what was put into each of them`() async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("index.sqlite")
        let places = [MemoryObjectStorage(), MemoryObjectStorage()]
        let first = try await PackedBlobService(in: places[0], index: path)
        let second = try await PackedBlobService(in: places[1], index: path)
        try await first.running {
            try await second.running {
                // From here on, neither looks into its bucket for a minute before it writes.
                _ = try await first.put(TestBlob(size: 10, seed: 1).content)
                _ = try await second.put(TestBlob(size: 10, seed: 2).content)
                for (seed, services) in [(3, [first, second]), (4, [second, first])] {
                    let blob = TestBlob(size: 700_000, seed: UInt64(seed))
                    for service in services { _ = try await service.put(blob.content) }
                    for place in places {
                        let reader = try await PackedBlobService(in: place)
                        try await reader.running { try await expectContent(of: blob, reader) }
                    }
                    for service in [first, second] { try await expectContent(of: blob, service) }
                }
            }
        }
    }
}
