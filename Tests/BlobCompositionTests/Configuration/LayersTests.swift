// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct LayersTests {
    private typealias Services = [String: ServiceConfiguration]

    private func services(_ text: String) throws -> Services {
        let file = try CompositionFile(text: text)
        #expect(file.notes.isEmpty)
        return file.configuration.services
    }

    @Test func `a store alone is the entry point`() throws {
        #expect(try services("store = '/x'") == ["root": .local(.init(path: "/x"))])
        #expect(try services("store = 'memory:'") == ["root": .memory(.init())])
    }

    @Test func `memory in front of a store writes through`() throws {
        let services = try services("store = '/x'\nmemory_cache = '256 MiB'\nwindow = '1 MiB'")
        #expect(
            services == [
                "root": .cache(
                    .init(
                        near: .entry("memory"),
                        far: .entry("store"),
                        write: .through,
                        window: 1 << 20
                    )
                ),
                "memory": .memory(.init(limit: 256 << 20)), "store": .local(.init(path: "/x")),
            ]
        )
    }

    @Test func `substituters are behind the store`() throws {
        let services = try services(
            """
            store = "/x"
            same_priority = "race"
            [[substituter]]
            url = "grpc+https://a"
            [[substituter]]
            url = "objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=hush&priority=3"
            trusted = true
            timeout = "2 min"
            """
        )
        let a = try ServiceURL("grpc+https://a")
        let b = try ServiceURL("objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=hush")
        let name = "objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=***"
        #expect(
            services == [
                "root": .cache(.init(near: .entry("store"), far: .entry("remotes"))),
                "store": .local(.init(path: "/x")),
                "remotes": .substituters(
                    .init(
                        [
                            .init(.url(a), name: "grpc+https://a"),
                            .init(
                                .url(b),
                                name: name,
                                priority: 3,
                                trusted: true,
                                timeout: .seconds(120)
                            ),
                        ],
                        samePriority: .race
                    )
                ),
            ]
        )
    }

    @Test func `memory is in front of everything`() throws {
        let services = try services(
            "store = '/x'\nmemory_cache = 9\n[[substituter]]\nurl = 'memory:'\nname = 'n'"
        )
        let memory = try ServiceURL("memory:")
        #expect(
            services == [
                "root": .cache(
                    .init(near: .entry("memory"), far: .entry("cached"), write: .through)
                ),
                "memory": .memory(.init(limit: 9)),
                "cached": .cache(.init(near: .entry("store"), far: .entry("remotes"))),
                "store": .local(.init(path: "/x")),
                "remotes": .substituters(.init([.init(.url(memory), name: "n")])),
            ]
        )
    }

    @Test func `flags make the same graph as a file`() throws {
        let file = try services(
            """
            store = "/x"
            memory_cache = 9
            window = 7
            same_priority = "race"
            [[substituter]]
            url = "grpc+http://a?timeout=1s"
            [[substituter]]
            url = "/y"
            """
        )
        let flags = try CompositionConfiguration(
            store: "/x",
            substituters: ["grpc+http://a?timeout=1s", "/y"],
            memoryCache: 9,
            window: 7,
            samePriority: .race
        )
        #expect(flags.services == file)
        let alone = try CompositionConfiguration(store: "blobs")
        #expect(alone.services == ["root": .local(.init(path: "blobs"))])
        #expect(throws: ConfigurationError.self) { try CompositionConfiguration(store: "x:") }
        #expect(throws: ConfigurationError.self) {
            try CompositionConfiguration(store: "x", substituters: ["blobs"])
        }
    }

    @Test func `a file without a store uses the one of its caller`() throws {
        let context = ConfigurationContext(defaultStore: "some/folder")
        let file = try CompositionFile(text: "", context: context)
        #expect(file.configuration.services == ["root": .local(.init(path: "some/folder"))])
        let error = #expect(throws: ConfigurationError.self) {
            try CompositionFile(text: "stor = '/x'", context: context)
        }
        #expect(error?.advice == "did you mean 'store'?")
    }

    @Test func `both forms in one file are a clash`() {
        let error = #expect(throws: ConfigurationError.self) {
            try CompositionFile(
                text: "\nstore = '/x'\nwindow = 1\n[blobservices.root]\ntype = 'memory'"
            )
        }
        #expect(
            error?.description
                == "2:1: 'store' and 'window' cannot stand beside [blobservices]; write either"
                + " tables [blobservices.NAME], with one called 'root', or 'store' and"
                + " [[substituter]]"
        )
    }

    @Test func `keys without an effect are noted`() throws {
        let file = try CompositionFile(
            text: "store = '/x'\nwindow = 1\nsame_priority = 'race'"
        )
        #expect(file.notes.map(\.position?.line) == [3, 2])
        let old = try CompositionFile(
            text: "store = 'memory://'\n[[substituter]]\nurl='memory://?priority=1'"
        )
        #expect(old.notes.map(\.position?.line) == [3, 1])
    }

    @Test(arguments: [
        ("store = 'blobs'", "1:1: 'blobs' is no URL; "),
        ("store = 1", "1:1: 'store' in the file must be a string"),
        ("store = '/x'\nmemory_cache = 0", "2:1: 'memory_cache' in the file is 0"),
        ("store = '/x'\nmemory_cache = 'lots'", "2:1: 'memory_cache' in the file: 'lots' is not"),
        ("store = '/x'\nwindow = -1", "2:1: 'window' in the file is -1"),
        ("store = '/x'\nwindow = 1.5", "2:1: 'window' in the file must be a size"),
        ("store = '/x'\nsame_priority = 'x'", "2:1: 'x' is no value of 'same_priority'"),
        ("store = '/x'\n[substituter]\nurl='memory:'", "2:1: 'substituter' in the file must be an"),
        ("store = '/x'\nsubstituter = [1]", "2:1: 'substituter' in the file must be an array of"),
        ("store = '/x'\nsubstituters = []", "2:1: unknown key 'substituters' in the file; did you"),
        ("store = '/x'\n[[substituter]]", "2:1: the key 'url' is missing in [[substituter]]"),
        ("store = '/x'\n[[substituter]]\nurl='x'", "3:1: 'x' is no URL"),
        ("store = '/x'\n[[substituter]]\nurl='memory:'\ntimeout=3", "4:1: 'timeout' in [[substi"),
        ("store = '/x'\n[[substituter]]\nurl='memory:'\ntimeout='3'", "4:1: 'timeout' in [[substi"),
        ("store = '/x'\n[[substituter]]\nurl='memory:'\npriority='3'", "4:1: 'priority' in [[subs"),
        (
            "store = '/x'\n[[substituter]]\nurl='memory:'\nservice='&x'",
            "4:1: unknown key 'service'"
        ),
        ("store = '/x'\nroot = 1", "2:1: unknown key 'root' in the file"),
    ])
    func `what is wrong says where`(text: String, start: String) {
        let error = #expect(throws: ConfigurationError.self) { try CompositionFile(text: text) }
        #expect(error?.description.hasPrefix(start) == true, "\(error?.description ?? "")")
    }

    @Test func `generated services lead back to the keys they come from`() throws {
        let file = try CompositionFile(
            text:
                "store = '/x'\nmemory_cache = 1\n[[substituter]]\nurl='memory:'\n"
                + "[[substituter]]\nurl='/y'"
        )
        #expect(file.position(of: "store").line == 1)
        #expect(file.position(of: "memory").line == 2)
        #expect(file.position(of: "remotes").line == 3)
        #expect(file.position(of: "remotes", key: "source", index: 1).line == 6)
        #expect(file.position(of: "root", key: "near").line == 1)
    }

    @Test func `too many substituters are refused`() {
        let text =
            "store='/x'\n" + String(repeating: "[[substituter]]\nurl='memory:'\n", count: 1001)
        #expect(throws: ConfigurationError.self) { try CompositionFile(text: text) }
    }
}
