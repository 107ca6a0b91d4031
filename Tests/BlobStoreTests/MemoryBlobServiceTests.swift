// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Testing

@Test(arguments: StoreRule.all)
private func `the memory service obeys every rule`(rule: StoreRule) async throws {
    try await rule.check(MemoryBlobService())
}
