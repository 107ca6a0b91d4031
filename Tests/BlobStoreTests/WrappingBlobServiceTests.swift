// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore
import BlobStoreTesting
import Testing

private struct Plain<Base: BlobService>: WrappingBlobService {
    let base: Base
}

@Test(arguments: StoreRule.all)
private func `a wrapper obeys every rule`(rule: StoreRule) async throws {
    try await rule.check(Plain(base: MemoryBlobService()))
}

@Test private func `a wrapper passes fast paths on`() async throws {
    struct Spy: WrappingBlobService {
        let base = MemoryBlobService()
        func missing(among digests: [BLAKE3Digest]) async throws(BlobError) -> [BLAKE3Digest] { [] }
    }
    let service: any BlobService = Plain(base: Plain(base: Spy()))
    #expect(try await service.missing(among: [TestBlob(size: 1).digest]).isEmpty)
}
