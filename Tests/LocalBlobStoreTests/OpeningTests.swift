// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Foundation
import Glibc
import LocalBlobStore
import NIOCore
import SystemPackage
import Testing

@Suite struct OpeningTests {
    private let store: StoreFixture

    init() throws { store = try StoreFixture() }

    private func expectError(_ code: BlobError.Code, _ text: String) async {
        let error = await #expect(throws: BlobError.self) { _ = try await store.open() }
        #expect(error?.code == code)
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }

    @Test func `a file is not a store`() async throws {
        try store.write(Data("hello".utf8), to: store.path)
        await expectError(.refused, "store")
    }

    @Test func `a folder with other things in it is not taken over`() async throws {
        try FileManager.default.createDirectory(
            atPath: store.path.string,
            withIntermediateDirectories: true
        )
        try store.write(Data("hello".utf8), to: store.path.appending("letter.txt"))
        await expectError(.refused, "not empty")
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.path.string).count == 1)
    }

    @Test func `a newer store is refused`() async throws {
        try await store.put(TestBlob(size: 10))
        try store.write(Data("blobstore local 2\n".utf8), to: store.path.appending("format"))
        await expectError(.unsupported, "format 2")
        try store.write(Data("something\n".utf8), to: store.path.appending("format"))
        await expectError(.unsupported, "format")
    }

    @Test func `a newer pack is refused, not cut off`() async throws {
        try await store.put(TestBlob(size: 10))
        let pack = try #require(try store.packs.first)
        var data = try store.contents(of: pack)
        data[8] = 3
        let digest = TestBlob(ByteBuffer(bytes: data[..<32])).digest
        data.replaceSubrange(32..<64, with: digest.data)
        try store.write(data + Data(repeating: 1, count: 100), to: pack)
        await expectError(.unsupported, "pack format 3")
        #expect(try store.contents(of: pack).count == data.count + 100)
    }

    @Test func `a locked store says so`() async throws {
        try await store.put(TestBlob(size: 10))
        let lock = unsafe Glibc.open(store.path.string + "/lock", O_RDWR)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        await expectError(.unavailable, "locked")
        #expect(flock(lock, LOCK_SH) == 0)
        _ = try await store.open()
        let error = await #expect(throws: BlobError.self) {
            try await LocalBlobService.rebuildIndex(at: store.path)
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `a leftover of an interrupted creation does not matter`() async throws {
        try FileManager.default.createDirectory(
            atPath: store.path.string,
            withIntermediateDirectories: true
        )
        try store.write(Data(), to: store.path.appending("format.123"))
        try await store.put(TestBlob(size: 10))
    }

    @Test func `a pack without a whole header does not matter`() async throws {
        try await store.put(TestBlob(size: 10))
        try store.write(Data("BLOB".utf8), to: store.path.appending("packs/000002.pack"))
        try store.write(Data(), to: store.path.appending("packs/000003.pack"))
        try await store.put(TestBlob(size: 20))
        let service = try await store.open()
        #expect(try await bytes(of: TestBlob(size: 10), in: service) != nil)
    }
}
