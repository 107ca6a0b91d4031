// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobComposition
import BlobGRPC
import BlobStore
import BlobStoreTesting
import LocalBlobStore
import Logging
import NIOCore
import Synchronization
import SystemPackage
import Testing

@Suite struct CompositionTests {
    private let folder: TemporaryFolder
    private let blob = TestBlob(size: 1_500_000, seed: 11)

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// Reads a blob through the services of a file.
    private func read(
        _ text: String,
        _ options: CompositionOptions = CompositionOptions()
    ) async throws -> ByteBuffer? {
        let context = ConfigurationContext(customTypes: options.types.names)
        let file = try CompositionFile(text: text, fileName: "f", context: context)
        return try await Composition.running(file.configuration, options, file: file) {
            try await $0.root.read(blob.digest)?.collect(upTo: blob.size)
        }
    }

    private func error(_ text: String, _ types: ServiceTypes = ServiceTypes()) async -> String? {
        var options = CompositionOptions()
        options.types = types
        do {
            _ = try await read(text, options)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `an object store does without a folder for what is known of it`() async throws {
        _ = try await LocalBlobService(at: FilePath(path("near")))
        var options = CompositionOptions()
        // Below a file there can be none.
        options.cacheFolder = FilePath(path("near")).appending("index.sqlite").appending("cache")
        let configuration = try CompositionConfiguration(store: "objectstore+file://\(path("far"))")
        for _ in 0..<2 {
            let read = try await Composition.running(configuration, options) { composition in
                let root = composition.root
                _ = try await root.put(blob.content)
                return try await root.read(blob.digest)?.collect(upTo: blob.size)
            }
            #expect(read == blob.content)
        }
    }

    @Test func `substituters fill the store`() async throws {
        _ = try await LocalBlobService(at: FilePath(path("far"))).put(blob.content)
        let configuration = try CompositionConfiguration(
            store: path("near"),
            substituters: [path("far")],
            memoryCache: 64 << 20
        )
        let read = try await Composition.running(configuration) {
            try await $0.root.read(blob.digest)?.collect(upTo: blob.size)
        }
        #expect(read == blob.content)
        let near = try await LocalBlobService(at: FilePath(path("near")))
        #expect(try await near.read(blob.digest)?.collect(upTo: blob.size) == blob.content)
        #expect(configuration.localFolder == path("near"))
    }

    @Test(arguments: StoreRule.all)
    func `a composition obeys every rule`(rule: StoreRule) async throws {
        let configuration = try CompositionConfiguration(
            store: path("near"),
            substituters: ["memory:"],
            memoryCache: 1 << 20
        )
        try await Composition.running(configuration) { try await rule.check($0.root) }
    }

    @Test func `services of every kind work together`() async throws {
        _ = try await LocalBlobService(at: FilePath(path("a"))).put(blob.content)
        let read = try await read(
            """
            [blobservices.root]
            type = "cache"
            near = "memory:"
            far = "&limited"
            [blobservices.limited]
            type = "limited"
            service = "&retrying"
            calls = 2
            [blobservices.retrying]
            type = "retrying"
            service = "&read_only"
            attempts = 2
            [blobservices.read_only]
            type = "read_only"
            service = "&both"
            [blobservices.both]
            type = "replicated"
            services = ["memory:", "&a"]
            [blobservices.a]
            type = "local"
            path = "\(path("a"))"
            """
        )
        #expect(read == blob.content)
    }

    @Test func `a service with two users is made once`() async throws {
        var types = ServiceTypes()
        let made = Tally()
        types.register("counted") { _, _ in
            made.add()
            return RunnableService(MemoryBlobService())
        }
        let text = """
            [blobservices.root]
            type = "cache"
            near = "&one"
            far = "&two"
            [blobservices.one]
            type = "read_only"
            service = "&counted"
            [blobservices.two]
            type = "read_only"
            service = "&counted"
            [blobservices.counted]
            type = "counted"
            """
        #expect(await error(text, types) == nil)
        #expect(made.count == 1)
    }

    @Test func `a kind of one's own runs and uses others`() async throws {
        let store = MemoryBlobService()
        _ = try await store.put(blob.content)
        let runs = Tally()
        var options = CompositionOptions()
        options.types.register("source") { options, _ in
            let colour = try options.string("colour")
            #expect(colour == "red")
            return RunnableService(store)
        }
        options.types.register("wrapper") { options, others in
            guard let name = try options.string("of") else { throw options.missing("of") }
            let base = try await others.service(name)
            return RunnableService(base) {
                runs.add()
                try await Task.sleep(for: .seconds(3600))
            }
        }
        let text = """
            [blobservices.root]
            type = "wrapper"
            of = "&base"
            [blobservices.base]
            type = "source"
            colour = "red"
            """
        #expect(try await read(text, options) == blob.content)
        #expect(runs.count == 1)
        let unknown = text + "\nshade = 3"
        #expect(await error(unknown, options.types)?.contains("shade") == true)
        let circle = text.replacing("\"&base\"", with: "\"&root\"")
        #expect(await error(circle, options.types)?.contains("root -> root") == true)
    }

    /// Runs an object store with these options.
    private func running<Value: Sendable>(
        _ lines: String,
        _ body: (any BlobService) async throws -> Value
    ) async throws -> Value {
        let text = "[blobservices.root]\ntype = 'objectstore'\n\(lines)"
        let file = try CompositionFile(text: text)
        return try await Composition.running(file.configuration, file: file) {
            try await body($0.root)
        }
    }

    /// Puts the blob, which is cut into chunks of some 16 KiB, and reads it.
    private func putAndRead(_ service: any BlobService) async throws {
        #expect(try await service.put(blob.content) == blob.digest)
        let chunks = try #require(try await service.chunkList(of: blob.digest))
        let sizes = chunks.map(\.size)
        #expect(sizes.reduce(0, +) == UInt64(blob.size))
        let usual: ClosedRange<UInt64> = 8 << 10...32 << 10
        let areUsual = sizes.dropLast().allSatisfy { usual.contains($0) }
        #expect(sizes.count > 40 && areUsual, "\(sizes)")
        #expect(try await service.read(blob.digest)?.collect(upTo: blob.size) == blob.content)
    }

    @Test(arguments: ["castore", "packed"])
    func `an object store in a folder cuts blobs as it is told, and others read them`(
        layout: String
    ) async throws {
        let place = "object_store_url = 'file://\(path("objects"))'"
        let options = "object_store_options.layout = '\(layout)'\navg_chunk_size = '16 KiB'"
        try await running("\(place)\n\(options)") { try await putAndRead($0) }
        let found = try await running(place) {
            try await $0.read(blob.digest)?.collect(upTo: blob.size)
        }
        #expect(found == blob.content)
    }

    @Test(arguments: ["memory:", "memory:///"])
    func `an object store in memory cuts blobs as it is told`(url: String) async throws {
        let lines = "object_store_url = '\(url)'\navg_chunk_size = 16384"
        try await running(lines) { try await putAndRead($0) }
        let configuration = try CompositionConfiguration(store: "objectstore+\(url)")
        try await Composition.running(configuration) { composition in
            #expect(try await composition.root.put(blob.content) == blob.digest)
            let found = try await composition.root.read(blob.digest)?.collect(upTo: blob.size)
            #expect(found == blob.content)
        }
    }

    @Test func `an error of a service says where it is described`() async throws {
        let text = """
            [blobservices.root]
            type = "cache"
            near = "memory:"
            far = "&b"
            [blobservices.b]
            type = "objectstore"
            object_store_url = "gs://bucket"
            object_store_options = {}
            """
        let message = try #require(await error(text))
        #expect(message.hasPrefix("f:5:1: ") && !message.contains("f:1:1"), "\(message)")
        let server = "[blobservices.root]\ntype = 'grpc'\nurl = 'grpc+http://h?colour=red'"
        #expect(await error(server)?.hasPrefix("f:1:1: ") == true)
    }

    @Test func `a folder to fetch from must have a store`() async throws {
        let configuration = try CompositionConfiguration(
            store: "memory:",
            substituters: [path("typo")]
        )
        await #expect(throws: BlobError.self) { try await Composition(configuration) }
    }
}

/// Counts something.
private final class Tally: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}
