// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import SystemPackage
import Testing

/// The shared rules, with all kinds of far services.
@Suite struct CachingRuleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func check(
        _ rule: StoreRule,
        _ far: any BlobService,
        _ options: CachingOptions = CachingOptions()
    ) async throws {
        let near = try await LocalBlobService(at: folder.path.appending("near"))
        let cache = CachingBlobService(near: near, far: far, options)
        try await cache.running { try await rule.check(WrittenFar(base: cache)) }
    }

    @Test(arguments: StoreRule.all)
    func `a cache obeys every rule for what it writes`(rule: StoreRule) async throws {
        let cache = CachingBlobService(near: MemoryBlobService(), far: MemoryBlobService())
        try await cache.running { try await rule.check(cache) }
    }

    @Test(arguments: StoreRule.all)
    func `a cache that writes through obeys every rule`(rule: StoreRule) async throws {
        var options = CachingOptions()
        options.writing = .through
        let cache = CachingBlobService(near: MemoryBlobService(), far: MemoryBlobService(), options)
        try await cache.running { try await rule.check(cache) }
    }

    @Test(arguments: StoreRule.all)
    func `what has chunks and hashes is fetched by every rule`(rule: StoreRule) async throws {
        try await check(rule, try await LocalBlobService(at: folder.path.appending("far")))
    }

    @Test(arguments: StoreRule.all)
    func `what has hashes is fetched by every rule`(rule: StoreRule) async throws {
        var options = CachingOptions()
        options.windowByteCount = 100_000
        try await check(rule, MemoryBlobService(), options)
    }

    @Test(arguments: StoreRule.all)
    func `what has chunks is fetched by every rule`(rule: StoreRule) async throws {
        let far = try await LocalBlobService(at: folder.path.appending("far"))
        try await check(rule, Hashless(base: far))
    }

    @Test(arguments: StoreRule.all)
    func `what has chunks and is trusted is fetched by every rule`(rule: StoreRule) async throws {
        let far = try await LocalBlobService(at: folder.path.appending("far"))
        try await check(rule, Hashless(base: far, isTrusted: true))
    }

    @Test(arguments: StoreRule.all)
    func `what has neither is fetched by every rule`(rule: StoreRule) async throws {
        try await check(rule, Hashless(base: MemoryBlobService()))
    }
}

/// Writes to the far service of a cache, so that all that is read has to be fetched.
private struct WrittenFar: WrappingBlobService {
    let base: CachingBlobService

    func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        try await base.far.makeSink(hint)
    }

    func partialBlob(
        _ digest: BLAKE3Digest,
        size: UInt64
    ) async throws(BlobError) -> any PartialBlob {
        try await base.far.partialBlob(digest, size: size)
    }
}
