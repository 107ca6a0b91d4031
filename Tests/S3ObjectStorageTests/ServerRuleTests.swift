// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import ObjectBlobStore
import ObjectStorage
import ObjectStorageTesting
import S3ObjectStorage
import Testing

/// The shared rules against a real server, if `S3_TEST_URL` names a bucket: `make test-peers` starts some.
@Suite(.enabled(if: S3Options.processEnvironment["S3_TEST_URL"] != nil))
struct ServerRuleTests {
    private let storage: S3Storage

    init() throws {
        let url = try #require(S3Options.processEnvironment["S3_TEST_URL"])
        var options = try S3Options(url: url)
        options.prefix +=
            "\(options.prefix.isEmpty ? "" : "/")rule-\(UInt64.random(in: 0 ... .max))"
        storage = try S3Storage(options)
    }

    @Test(arguments: ObjectStorageRule.all)
    func `a bucket obeys every rule`(rule: ObjectStorageRule) async throws {
        try await rule.check(storage)
    }

    @Test(arguments: StoreRule.all)
    func `packs in a bucket obey every rule`(rule: StoreRule) async throws {
        let service = try await PackedBlobService(in: storage)
        try await service.running { try await rule.check(service) }
    }

    @Test(arguments: StoreRule.all)
    func `the castore layout in a bucket obeys every rule`(rule: StoreRule) async throws {
        let service = CastoreBlobService(in: storage)
        try await service.running { try await rule.check(service) }
    }
}
