// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Testing

@Suite struct StoreRuleTests {
    @Test(arguments: StoreRule.all)
    func `a client of a server obeys every rule`(rule: StoreRule) async throws {
        try await LoopbackServer.serving(MemoryBlobService()) { remote in
            try await rule.check(remote)
        }
    }
}
