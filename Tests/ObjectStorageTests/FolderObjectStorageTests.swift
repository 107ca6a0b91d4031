// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import NIOCore
import ObjectStorage
import SystemPackage
import Testing

@Suite struct FolderObjectStorageTests {
    private let folder: TemporaryFolder
    private let storage: FolderObjectStorage

    init() throws {
        folder = try TemporaryFolder()
        storage = FolderObjectStorage(at: folder.path)
    }

    private func leave(_ name: String) throws {
        let file = try FileDescriptor.open(
            folder.path.appending(name),
            .writeOnly,
            options: [.create],
            permissions: [.ownerReadWrite]
        )
        try file.close()
    }

    @Test func `what a killed writer has left is not listed and can be removed`() async throws {
        try await storage.put("a/object", ByteBuffer(string: "content"))
        try leave("a/object#1")
        try leave("a/other#17")
        let page = try await storage.list("", from: nil)
        #expect(page.objects.map(\.key) == ["a/object"])
        #expect(try await storage.removeLeftovers(olderThan: 3600) == 0)
        #expect(try await storage.removeLeftovers(olderThan: -1) == 2)
        #expect(try await storage.removeLeftovers(olderThan: -1) == 0)
        #expect(try await storage.head("a/object") != nil)
    }

    @Test func `writers leave nothing behind`() async throws {
        for content in ["one", "two"] {
            _ = try await storage.put("a/object", [ByteBuffer(string: content)], .ifAbsent)
        }
        #expect(try await storage.removeLeftovers(olderThan: -1) == 0)
        let content = try await storage.content(of: "a/object", upTo: 10)
        #expect(content == ByteBuffer(string: "one"))
    }

    @Test func `a folder that is a file is refused`() async throws {
        try leave("file")
        let storage = FolderObjectStorage(at: folder.path.appending("file"))
        #expect(try await storage.head("object") == nil)
        await #expect(throws: (any Error).self) {
            try await storage.put("object", ByteBuffer(string: "content"))
        }
    }
}
