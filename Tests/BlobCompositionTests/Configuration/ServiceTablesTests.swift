// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct ServiceTablesTests {
    private let context = ConfigurationContext(customTypes: ["tape"], homeFolder: "/home/me")

    /// Reads a file whose entry point has these lines.
    private func root(_ lines: String) throws -> ServiceConfiguration? {
        let file = try CompositionFile(
            text: """
                [blobservices.a]
                type = "memory"
                [blobservices.b]
                type = "memory"
                [blobservices.root]
                \(lines)
                """,
            context: context
        )
        #expect(file.notes.isEmpty)
        return file.configuration.services["root"]
    }

    @Test(arguments: [
        ("type = 'memory'", ServiceConfiguration.memory(.init())),
        ("type = 'memory'\nlimit = '1 GiB'", .memory(.init(limit: 1 << 30))),
        ("type = 'memory'\nlimit = 5", .memory(.init(limit: 5))),
        ("type = 'local'\npath = 'a b:c'", .local(.init(path: "a b:c"))),
        ("type = 'local'\npath = '~/x'", .local(.init(path: "/home/me/x"))),
        ("type = 'grpc'\nurl = 'grpc+http://[::1]:1'", .grpc(.init(url: "grpc+http://[::1]:1"))),
        (
            "type = 'objectstore'\nobject_store_url = 's3://b'\nobject_store_options = {}",
            .objectStore(.init(url: "s3://b"))
        ),
        (
            """
            type = 'objectstore'
            object_store_url = 's3://b'
            object_store_options.aws_region = 'eu'
            avg_chunk_size = 65536
            """,
            .objectStore(
                .init(url: "s3://b", options: ["aws_region": "eu"], averageChunkSize: 65536)
            )
        ),
        (
            "type = 'objectstore'\nobject_store_url = 'memory:///'",
            .objectStore(.init(url: "memory:///"))
        ),
        (
            "type = 'cache'\nnear = '&a'\nfar = '&b'",
            .cache(.init(near: .entry("a"), far: .entry("b")))
        ),
        (
            """
            type = 'cache'
            near = '&a'
            far = '&b'
            write = 'through'
            window = 0
            memory = '1 MB'
            """,
            .cache(
                .init(
                    near: .entry("a"),
                    far: .entry("b"),
                    write: .through,
                    window: 0,
                    memory: 1_000_000
                )
            )
        ),
        (
            "type = 'replicated'\nservices = ['&a', '&b']",
            .replicated(.init([.entry("a"), .entry("b")]))
        ),
        ("type = 'read_only'\nservice = '&a'", .readOnly(.init(.entry("a")))),
        (
            "type = 'limited'\nservice = '&a'\ncalls = 3",
            .limited(.init(.entry("a"), calls: 3))
        ),
        (
            "type = 'retrying'\nservice = '&a'\nattempts = 3",
            .retrying(.init(.entry("a"), attempts: 3))
        ),
        ("type = 'tape'", .custom(.init(type: "tape"))),
        (
            "type = 'tape'\nspeed = 1.5\ndrive = { slot = 3, names = ['x', true] }",
            .custom(
                .init(
                    type: "tape",
                    options: [
                        "speed": .float(1.5),
                        "drive": .table([
                            "slot": .integer(3),
                            "names": .array([.string("x"), .boolean(true)]),
                        ]),
                    ]
                )
            )
        ),
    ])
    func `each kind reads`(lines: String, service: ServiceConfiguration) throws {
        #expect(try root(lines) == service)
    }

    @Test func `substituters read with what is usual for them`() throws {
        let service = try root(
            """
            type = "substituters"
            [[blobservices.root.source]]
            service = "&a"
            [[blobservices.root.source]]
            url = "grpc+http://h?priority=4&wait-connect=1"
            name = "office"
            trusted = true
            timeout = "500 ms"
            [[blobservices.root.source]]
            service = "memory:"
            priority = -1
            """
        )
        let office = try ServiceURL("grpc+http://h?wait-connect=1")
        let sources: [ServiceConfiguration.Source] = [
            .init(.entry("a"), name: "a"),
            .init(
                .url(office),
                name: "office",
                priority: 4,
                trusted: true,
                timeout: .milliseconds(500)
            ),
            .init(.url(try ServiceURL("memory:")), name: "memory:", priority: -1),
        ]
        #expect(service == .substituters(.init(sources)))
        let inline = try root(
            "type = 'substituters'\nsame_priority = 'race'\nsource = [{ service = '&b' }]"
        )
        #expect(
            inline
                == .substituters(.init([.init(.entry("b"), name: "b")], samePriority: .race))
        )
    }

    @Test func `a reference may be a URL or a path`() throws {
        let service = try root(
            "type = 'cache'\nnear = '~/x'\nfar = 'cache:?near=tape:x&far=grpc%2Bunix:/s'"
        )
        let far = try ServiceURL("cache:?near=tape:x&far=grpc%2Bunix:/s", context: context)
        let near = try ServiceURL("local:/home/me/x")
        #expect(service == .cache(.init(near: .url(near), far: .url(far))))
    }

    @Test func `tables of other programs are left alone`() throws {
        let file = try CompositionFile(
            text: """
                [directoryservices.root]
                type = "anything"
                [pathinfoservices.root]
                local = 1
                [blobservices.root]
                type = "memory"
                """
        )
        #expect(file.configuration == .init(services: ["root": .memory(.init())]))
        #expect(file.notes.isEmpty)
    }

    @Test func `services that nobody uses are allowed`() throws {
        let file = try CompositionFile(
            text: "blobservices = { root = {type='memory'}, \"a b\" = {type='memory'} }"
        )
        #expect(file.configuration.names == ["root", "a b"])
    }
}
