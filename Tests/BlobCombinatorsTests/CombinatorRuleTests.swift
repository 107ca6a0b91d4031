// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobStore
import BlobStoreTesting
import Testing

/// The shared rules for the combinators that need no more than that.
@Suite struct CombinatorRuleTests {
    @Test(arguments: StoreRule.all)
    func `replicas obey every rule`(rule: StoreRule) async throws {
        let replicas = [MemoryBlobService(), MemoryBlobService()]
        try await rule.check(ReplicatedBlobService(replicas))
    }

    @Test(arguments: StoreRule.all)
    func `a limited service obeys every rule`(rule: StoreRule) async throws {
        try await rule.check(LimitedBlobService(MemoryBlobService(), callLimit: 1))
    }

    @Test(arguments: StoreRule.all)
    func `a service that is tried again obeys every rule`(rule: StoreRule) async throws {
        try await rule.check(RetryingBlobService(MemoryBlobService()))
    }

    @Test(arguments: StoreRule.all)
    func `a metered service obeys every rule`(rule: StoreRule) async throws {
        try await rule.check(MeteredBlobService(MemoryBlobService(), name: "memory"))
    }

    @Test(arguments: StoreRule.all, SubstitutingOptions.SamePriority.allCases)
    func `substituters obey every rule`(
        rule: StoreRule,
        samePriority: SubstitutingOptions.SamePriority
    ) async throws {
        var options = SubstitutingOptions()
        options.samePriority = samePriority
        let (empty, full) = (MemoryBlobService(), MemoryBlobService())
        let substituters = SubstitutingBlobService(
            // With many tests at once memory may take its time.
            [("empty", empty), ("full", full)].map {
                Substituter(name: $0.0, $0.1, timeout: .seconds(600))
            },
            options
        )
        try await rule.check(WrittenElsewhere(base: substituters, target: full))
    }
}

/// Reads from one service and writes to another, and makes the first forget what was absent.
private struct WrittenElsewhere: WrappingBlobService {
    let base: SubstitutingBlobService
    let target: MemoryBlobService

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        ForgettingSink(base: try await target.makeSink(hint), service: base)
    }

    func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        SeparateChunks(of: digest, size: size, in: self)
    }
}
