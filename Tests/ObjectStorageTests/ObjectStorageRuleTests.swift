// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import ObjectStorage
import ObjectStorageTesting
import SystemPackage
import Testing

@Suite struct ObjectStorageRuleTests {
    @Test(arguments: ObjectStorageRule.all)
    func `memory obeys every rule`(rule: ObjectStorageRule) async throws {
        try await rule.check(MemoryObjectStorage())
    }

    @Test(arguments: ObjectStorageRule.all)
    func `a folder obeys every rule`(rule: ObjectStorageRule) async throws {
        let folder = try TemporaryFolder()
        try await rule.check(FolderObjectStorage(at: folder.path.appending("objects")))
    }
}
