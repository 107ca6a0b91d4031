// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import SystemPackage
import Testing

@Test(arguments: StoreRule.all)
private func `the local store obeys every rule`(rule: StoreRule) async throws {
    let folder = try TemporaryFolder()
    try await rule.check(try await LocalBlobService(at: folder.path.appending("store")))
}
