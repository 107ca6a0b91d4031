// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Testing

@Suite struct StoreRuleTests {
    @Test(arguments: TestServer.Line.allCases, StoreRule.all)
    func `a client of a server obeys every rule`(
        line: TestServer.Line,
        rule: StoreRule
    ) async throws {
        try await TestServer(MemoryBlobService(), over: line).run { remote in
            try await rule.check(remote)
        }
    }
}
