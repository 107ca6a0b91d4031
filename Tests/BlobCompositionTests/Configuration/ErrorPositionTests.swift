// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct ErrorPositionTests {
    private func error(_ text: String) -> String? {
        let context = ConfigurationContext(customTypes: ["tape"])
        return #expect(throws: ConfigurationError.self) {
            try CompositionFile(text: text, fileName: "f", context: context)
        }?.description
    }

    private static let root = "[blobservices.root]\n"

    @Test(arguments: [
        (
            "type='cache'\n  nera = '&a'\nfar = 'memory:'",
            "f:3:3: unknown key 'nera' in [blobservices.root]; did you mean 'near'?"
        ),
        (
            "type='memory'\nlimits = 1",
            "f:3:1: unknown key 'limits' in [blobservices.root]; did you mean 'limit'?"
        ),
        (
            "type='memory'\nzzz.y = 1",
            "f:3:1: unknown key 'zzz' in [blobservices.root]; known are 'limit' and 'type'"
        ),
        (
            "type = 'memroy'",
            "f:2:1: unknown type 'memroy' in [blobservices.root]; did you mean 'memory'?"
        ),
        (
            "type = 'readonly'",
            "f:2:1: unknown type 'readonly' in [blobservices.root]; did you mean 'read_only'?"
        ),
        ("type = 1", "f:2:1: 'type' in [blobservices.root] must be a string and is an integer"),
        (
            "tpye = 'memory'",
            "f:2:1: unknown key 'tpye' in [blobservices.root]; did you mean 'type'?"
        ),
        (
            "type = 'memory'\nlimit = -1",
            "f:3:1: 'limit' in [blobservices.root] is -1; it may not be below 1"
        ),
        (
            "type='cache'\nnear='memory:'\nfar='memory:'\nwrite='both'",
            "f:5:1: 'both' is no value of 'write'; write 'near' or 'through'"
        ),
        (
            "type='cache'\nnear='memory:'\nfar='&rot'",
            "f:4:1: no service is called 'rot', which 'root' refers to; did you mean 'root'?"
        ),
        (
            "type='read_only'\nservice='&root'",
            "f:3:1: services need each other in a circle: root -> root;"
                + " one of them must refer to something else"
        ),
        (
            "type='replicated'\nservices = [\n 'memory:',\n '&x' ]",
            "f:5:2: no service is called 'x', which 'root' refers to; there are 'root'"
        ),
        (
            "type='replicated'\nservices = []",
            "f:3:1: 'services' in [blobservices.root] has 0 services; it may have 1 to 1000"
        ),
        (
            "type='retrying'\nservice='memory:'\nattempts=0",
            "f:4:1: 'attempts' in [blobservices.root] is 0; it may not be below 1"
        ),
        (
            "type='objectstore'\nobject_store_url='s3://b'\nobject_store_options={ user_agnt='x' }",
            "f:4:24: unknown option 'user_agnt' for S3; did you mean 'user_agent'?"
        ),
        (
            "type='grpc'\nurl='http://h'",
            "f:3:1: 'http://h' is of an unknown kind; known are memory:, local:PATH,"
                + " grpc+unix:/PATH, grpc+http://HOST:PORT, grpc+https://HOST, objectstore+URL,"
                + " cache:?near=URL&far=URL and tape:"
        ),
        (
            "type='grpc'\nurl='memory:'",
            "f:3:1: 'memory:' is no URL of a server; write url = \"grpc+http://HOST:PORT\","
                + " or with grpc+https: or grpc+unix:"
        ),
        (
            "type='cache'\nnear='memory:'\nfar='memory:'\nwindow='1 Mib'",
            "f:5:1: 'window' in [blobservices.root]: '1 Mib' is not a size; write a whole number"
                + " and a unit, such as \"16 MiB\"; units are B, KiB, MiB, GiB, TiB, kB, MB, GB"
                + " and TB"
        ),
    ])
    func `an error in a service says where`(lines: String, description: String) {
        #expect(error(Self.root + lines) == description)
    }

    @Test(arguments: [
        ("type='local'", "path"), ("type='grpc'", "url"),
        ("type='objectstore'", "object_store_url"),
        ("type='cache'\nfar='memory:'", "near"), ("type='cache'\nnear='memory:'", "far"),
        ("type='replicated'", "services"), ("type='read_only'", "service"),
        ("type='limited'\nservice='memory:'", "calls"),
        ("type='retrying'\nservice='memory:'", "attempts"), ("", "type"),
    ])
    func `a key that is missing is asked for at its table`(lines: String, key: String) {
        let text = error(Self.root + lines) ?? ""
        #expect(text.hasPrefix("f:1:1: the key '\(key)' is missing in [blobservices.root]; "))
    }

    @Test func `a bare word that is nothing names both readings`() {
        let text = error(
            "[blobservices.near]\ntype='memory'\n" + Self.root + "type='read_only'\nservice='nearr'"
        )
        #expect(
            text == "f:5:1: 'nearr' is neither the name of a service in [blobservices] nor a URL"
                + " ('nearr' is no URL); did you mean '&near'?"
        )
    }

    @Test func `errors in sources say where`() {
        let head = "[blobservices.root]\ntype='substituters'\n"
        let source = "[[blobservices.root.source]]\n"
        #expect(error(head)?.hasPrefix("f:1:1: the key 'source' is missing in") == true)
        #expect(
            error(head + source + "service='memory:'\n" + source + "url='x'")?
                .hasPrefix("f:6:1: 'x' is no URL; ") == true
        )
        #expect(
            error(head + source + "service='memory:'\nurl='memory:'")
                == "f:5:1: 'service' and 'url' in [[blobservices.root.source]] cannot stand"
                + " together; write one of them"
        )
        #expect(
            error(head + source + "url='memory:?priority=1'\npriority=1")
                == "f:5:1: 'priority' stands in [[blobservices.root.source]] and is also a"
                + " parameter of its URL; write it in one place only"
        )
        #expect(
            error(head + source + "service='memory:'\n" + source + "service='&x'")?
                .hasPrefix("f:6:1: no service is called 'x'") == true
        )
        #expect(
            error(head + source + "service='memory:'\ntimout='1 s'")
                == "f:5:1: unknown key 'timout' in [[blobservices.root.source]];"
                + " did you mean 'timeout'?"
        )
        #expect(
            error("[blobservices.root]\ntype='substituters'\nsources=[]")
                == "f:3:1: unknown key 'sources' in [blobservices.root]; did you mean 'source'?"
        )
    }

    @Test func `errors at the top say where`() {
        #expect(
            error("[blobservice.root]\ntype='memory'")
                == "f:1:1: unknown key 'blobservice' in the file; did you mean 'blobservices'?"
        )
        #expect(
            error("[blobservices.x]\ntype='memory'")?.hasPrefix("f: no service is called 'root'")
                == true
        )
        #expect(
            error("[blobservices]\nroot = 'memory:'")?.hasPrefix(
                "f:2:1: 'root' in [blobservices] must be"
            ) == true
        )
        #expect(
            error("blobservices = 1")
                == "f:1:1: 'blobservices' in the file must be a table and is an integer"
        )
        #expect(error("")?.hasPrefix("f: the key 'store' is missing in the file; ") == true)
        #expect(error("[blobservices]")?.hasPrefix("f: no service is called 'root'") == true)
        let many = (0...1000).map { "[blobservices.a\($0)]\ntype='memory'\n" }.joined()
        #expect(error(many) == "f:1:1: there are more than 1000 services")
    }

    @Test func `the position of an option can be asked for`() throws {
        let text = """
            [blobservices.root]
            type = "replicated"
            services = ["grpc+http://a",
              "grpc+http://b"]
            [blobservices."a b"]
            type = "combined"
            local = "memory:"
            remote = "memory:"
            """
        let file = try CompositionFile(text: text, fileName: "f")
        #expect(file.position(of: "root", key: "services", index: 1).description == "f:4:3")
        #expect(file.position(of: "a b", key: "near").description == "f:7:1")
        #expect(file.position(of: "a b", key: "window").description == "f:5:1")
        #expect(file.position(of: "a b").description == "f:5:1")
        #expect(file.position(of: "nobody").description == "f:1:1")
    }
}
