// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import ObjectBlobStore
import ObjectStorage
import Testing

@Suite struct CastoreRuleTests {
    @Test(arguments: StoreRule.all)
    func `the castore layout in memory obeys every rule`(rule: StoreRule) async throws {
        let service = CastoreBlobService(in: MemoryObjectStorage())
        try await service.running { try await rule.check(service) }
    }

    @Test(arguments: StoreRule.all)
    func `the castore layout in a folder obeys every rule`(rule: StoreRule) async throws {
        let folder = try TemporaryFolder()
        let service = CastoreBlobService(in: FolderObjectStorage(at: folder.path))
        try await service.running { try await rule.check(service) }
    }
}
