// SPDX-License-Identifier: Apache-2.0
import BlobStore
import BlobStoreTesting
import Foundation
import ObjectBlobStore
import ObjectStorage
import SystemPackage
import Testing

@Suite struct ObjectServiceTests {
    private let storage = MemoryObjectStorage()
    private let blob = TestBlob(size: 1000, seed: 1)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var index: FilePath { folder.path.appending("index.sqlite") }

    @Test func `a program that knows a store asks once`() async throws {
        let writer = ObjectBlobService(in: storage, index: index)
        try await writer.running { _ = try await writer.put(blob.content) }
        let reader = ObjectBlobService(in: storage, index: index)
        let before = storage.requests.counts
        #expect(try await reader.stat(blob.digest)?.size == 1000)
        #expect(storage.requests.counts.since(before).total == 1)
        #expect(try await reader.has(blob.digest))
        #expect(storage.requests.counts.since(before).total == 1)
    }

    @Test func `a store that has been replaced by one of another layout is found out`() async throws
    {
        let writer = ObjectBlobService(in: storage, index: index)
        try await writer.running { _ = try await writer.put(blob.content) }
        var keys: [String] = []
        try await storage.forEachPage(of: "") { keys += $0.map(\.key) }
        try await storage.delete(keys)
        let other = ObjectBlobService(in: storage, layout: .castore)
        try await other.running { _ = try await other.put(blob.content) }
        let reader = ObjectBlobService(in: storage, index: index)
        #expect(try await reader.foundLayout() == .castore)
        #expect(try await reader.read(blob.digest)?.collect(upTo: 1000) == blob.content)
    }

    @Test(arguments: [nil] + ObjectLayout.allCases)
    func `the layout is found, and kept`(layout: ObjectLayout?) async throws {
        let writer = ObjectBlobService(in: storage, layout: layout)
        try await writer.running { _ = try await writer.put(blob.content) }
        let reader = ObjectBlobService(in: storage)
        #expect(try await reader.foundLayout() == layout ?? .packed)
        try await reader.running {
            #expect(try await reader.check().isSound)
            let report = try await reader.collectGarbage()
            #expect(report.leftoverCount == 0)
            #expect(try await reader.read(blob.digest)?.collect(upTo: 1000) == blob.content)
        }
    }

    @Test(arguments: ObjectLayout.allCases)
    func `files that writers have left behind go when they are old`(
        layout: ObjectLayout
    ) async throws {
        let folder = FolderObjectStorage(at: folder.path.appending("bucket"))
        let service = ObjectBlobService(in: folder, layout: layout)
        try await service.running {
            _ = try await service.put(blob.content)
            var keys: [String] = []
            try await folder.forEachPage(of: "") { keys += $0.map(\.key) }
            let key = try #require(keys.last)
            let leftover = self.folder.path.appending("bucket/\(key)#1")
            let file = try FileDescriptor.open(
                leftover,
                .writeOnly,
                options: .create,
                permissions: .ownerReadWrite
            )
            try file.close()
            #expect(try await service.collectGarbage().leftoverCount == 0)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -93_600)],
                ofItemAtPath: leftover.string
            )
            #expect(try await service.collectGarbage().leftoverCount == 1)
            #expect(try await service.collectGarbage().leftoverCount == 0)
            #expect(try await service.read(blob.digest)?.collect(upTo: 1000) == blob.content)
        }
    }
}
