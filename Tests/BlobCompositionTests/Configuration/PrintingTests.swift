// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BlobComposition

@Suite struct PrintingTests {
    private let context = ConfigurationContext(customTypes: ["tape", "t x\"y"])

    @Test func `all options that are in effect are printed`() throws {
        let configuration = try CompositionConfiguration(
            store: "/x",
            substituters: ["grpc+http://h?wait-connect=1&priority=2"],
            memoryCache: 1 << 30
        )
        #expect(
            configuration.description == """
                [blobservices.root]
                type = "cache"
                near = "&memory"
                far = "&cached"
                write = "through"
                window = "16 MiB"
                memory = "64 MiB"

                [blobservices.cached]
                type = "cache"
                near = "&store"
                far = "&remotes"
                write = "near"
                window = "16 MiB"
                memory = "64 MiB"

                [blobservices.memory]
                type = "memory"
                limit = "1 GiB"

                [blobservices.remotes]
                type = "substituters"
                same_priority = "spread"

                [[blobservices.remotes.source]]
                service = "grpc+http://h?wait-connect=1"
                name = "grpc+http://h?wait-connect=1"
                priority = 2
                trusted = false
                timeout = "10 s"

                [blobservices.store]
                type = "local"
                path = "/x"

                """
        )
        let file = try CompositionFile(text: configuration.toml())
        #expect(file.configuration == configuration && file.notes.isEmpty)
    }

    @Test func `secrets are printed only on request`() throws {
        let file = try CompositionFile(
            text: """
                [blobservices.root]
                type = "replicated"
                services = [
                  "&s", "objectstore+s3://b?aws_access_key_id=i&aws_secret_access_key=hush"]
                [blobservices.s]
                type = "objectstore"
                object_store_url = "s3://b"
                object_store_options = { aws_access_key_id = "i", aws_secret_access_key = "hush" }
                [blobservices.t]
                type = "tape"
                door = { password = "hush" }
                url = "https://me:hush@host"
                [blobservices.u]
                type = "substituters"
                [[blobservices.u.source]]
                url = "tape:?token=hush"
                """,
            context: context
        )
        let hidden = file.configuration.description
        #expect(!hidden.contains("hush") && hidden.contains("aws_secret_access_key = \"***\""))
        #expect(throws: Never.self) { try CompositionFile(text: hidden, context: context) }
        let shown = file.configuration.toml(showingSecrets: true)
        let again = try CompositionFile(text: shown, context: context)
        #expect(again.configuration == file.configuration)
    }

    @Test(arguments: [
        "", "a", "a b", "ä\u{301}", "\"\\\n\r\t\u{8}\u{7f}\u{85}\u{1b}", "#[]{}=,.'", "👩‍👧",
        "\u{fffd}",
        "\u{2028}", "'''", "\"\"\"",
    ])
    func `every text can be a name, a path or a value`(text: String) throws {
        let configuration = CompositionConfiguration(services: [
            "root": .local(.init(path: "/\(text)")), "x\(text)": .memory(.init()),
            "y": .readOnly(.init(.entry("x\(text)"))),
            "z": .custom(.init(type: "tape", options: ["\(text)1": .string(text)])),
        ])
        let toml = configuration.toml(showingSecrets: true)
        #expect(try CompositionFile(text: toml, context: context).configuration == configuration)
    }

    @Test(arguments: [
        0.0, 1, -1.5, 1e300, .leastNonzeroMagnitude, .infinity, -.infinity, 1e16, 0.1,
    ])
    func `a number with a fraction stays one`(number: Double) throws {
        #expect(
            try TOMLSource("x = \(TOMLText.value(.float(number)))", fileName: nil).values == [
                "x": .float(number)
            ]
        )
    }

    @Test func `a name that looks like a URL hides none`() throws {
        let configuration = CompositionConfiguration(services: [
            "root": .replicated(.init([.url(try ServiceURL("memory:")), .entry("memory:")])),
            "memory:": .local(.init(path: "/x")),
        ])
        let file = try CompositionFile(text: configuration.toml())
        #expect(file.configuration == configuration)
    }

    @Test(arguments: 0..<300)
    func `whatever is printed reads as the same`(seed: Int) throws {
        var generator = ConfigurationGenerator(seed: UInt64(seed))
        let configuration = try generator.configuration()
        let toml = configuration.toml(showingSecrets: true)
        let file = try CompositionFile(text: toml, context: ConfigurationGenerator.context)
        #expect(file.configuration == configuration && file.notes.isEmpty, "\(toml)")
        #expect(file.configuration.toml(showingSecrets: true) == toml)
    }
}
