// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import ObjectBlobStore
import ObjectStorage
import SystemPackage
import Testing

@Suite struct PackedRuleTests {
    @Test(arguments: StoreRule.all)
    func `the packed layout in memory obeys every rule`(rule: StoreRule) async throws {
        let service = try await PackedBlobService(in: MemoryObjectStorage())
        try await service.running { try await rule.check(service) }
    }

    @Test(arguments: StoreRule.all)
    func `the packed layout in a folder obeys every rule`(rule: StoreRule) async throws {
        let folder = try TemporaryFolder()
        let service = try await PackedBlobService(
            in: FolderObjectStorage(at: folder.path.appending("objects")),
            index: folder.path.appending("cache/index.sqlite")
        )
        try await service.running { try await rule.check(service) }
    }
}
