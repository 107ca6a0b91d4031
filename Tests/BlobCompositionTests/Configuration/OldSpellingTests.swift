// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct OldSpellingTests {
    private let expected = CompositionConfiguration(services: [
        "root": .cache(.init(near: .entry("a"), far: .entry("b"))),
        "a": .memory(.init()), "b": .grpc(.init(url: "grpc+http://h")),
    ])

    private func file(
        _ type: String,
        _ near: String,
        _ far: String,
        root: String = "root"
    )
        -> String
    {
        """
        [blobservices.\(root)]
        type = "\(type)"
        \(near)
        \(far)

        [blobservices.a]
        type = "memory"

        [blobservices.b]
        type = "grpc"
        url = "grpc+http://h"
        """
    }

    @Test func `the newest spelling has no notes`() throws {
        let file = try CompositionFile(text: file("cache", "near = '&a'", "far = '&b'"))
        #expect(file.configuration == expected)
        #expect(file.notes.isEmpty)
    }

    @Test(arguments: ["cache", "combined"], ["root", "default"])
    func `every mixture of spellings reads`(type: String, root: String) throws {
        for nearKey in ["near", "local"] {
            for farKey in ["far", "remote"] {
                for ampersand in ["&", ""] {
                    let text = file(
                        type,
                        "\(nearKey) = '\(ampersand)a'",
                        "\(farKey) = '\(ampersand)b'",
                        root: root
                    )
                    let file = try CompositionFile(text: text)
                    #expect(file.configuration == expected)
                    let olds = [
                        type == "combined", root == "default", nearKey == "local",
                        farKey == "remote", ampersand.isEmpty, ampersand.isEmpty,
                    ]
                    #expect(file.notes.count == olds.count { $0 })
                }
            }
        }
    }

    @Test func `notes say where and what to write`() throws {
        let text = file("combined", "local = 'a'", "  remote = '&b'", root: "default")
        let file = try CompositionFile(text: text, fileName: "f.toml")
        let notes = Set(file.notes.map(\.description))
        #expect(
            notes == [
                "f.toml:1:1: the name 'default' is the old one of the entry point;"
                    + " write [blobservices.root]",
                "f.toml:2:1: the type 'combined' is called 'cache' now",
                "f.toml:3:1: the key 'local' is called 'near' now",
                "f.toml:3:1: a name without '&' is the old spelling; write \"&a\"",
                "f.toml:4:3: the key 'remote' is called 'far' now",
            ]
        )
    }

    @Test func `the old spelling of memory is noted`() throws {
        let text = "[blobservices.root]\ntype='read_only'\nservice = 'memory://'"
        let file = try CompositionFile(text: text)
        #expect(
            file.notes.map(\.description) == [
                "3:1: 'memory://' is the old spelling; write 'memory:'"
            ]
        )
    }

    @Test func `the old name of the entry point can be referred to`() throws {
        let file = try CompositionFile(
            text: """
                [blobservices.default]
                type = "memory"
                [blobservices.x]
                type = "read_only"
                service = "&default"
                """
        )
        #expect(file.configuration.services["x"] == .readOnly(.init(.entry("root"))))
        #expect(file.position(of: "root", key: "type").line == 2)
    }

    @Test func `beside root default is a name like others`() throws {
        let file = try CompositionFile(
            text: """
                [blobservices.default]
                type = "memory"
                [blobservices.root]
                type = "read_only"
                service = "&default"
                """
        )
        #expect(file.configuration.names == ["root", "default"])
        #expect(file.notes.isEmpty)
    }

    @Test(arguments: [("near", "local"), ("far", "remote")])
    func `both spellings of a key are a clash`(new: String, old: String) {
        let other = new == "near" ? "far" : "near"
        let error = #expect(throws: ConfigurationError.self) {
            try CompositionFile(
                text: """
                    [blobservices.root]
                    type = "cache"
                    \(new) = "memory:"
                    \(old) = "memory:"
                    \(other) = "memory:"
                    """
            )
        }
        #expect(
            error?.description
                == "4:1: '\(old)' and '\(new)' in [blobservices.root] mean the same;"
                + " write '\(new)' only"
        )
    }

    @Test func `a bare name that nobody has may be a path`() throws {
        let file = try CompositionFile(
            text: "[blobservices.root]\ntype='cache'\nnear = '/x'\nfar = 'memory:'"
        )
        #expect(file.notes.isEmpty)
    }
}
