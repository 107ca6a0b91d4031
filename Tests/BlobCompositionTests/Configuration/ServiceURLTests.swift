// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import Testing

@testable import BlobComposition

@Suite struct ServiceURLTests {
    @Test(arguments: ["memory:", "memory://", "MEMORY:"])
    func `memory reads in both spellings`(text: String) throws {
        #expect(try ServiceURL(text).service == .memory(.init()))
    }

    @Test func `only the old spelling of memory is deprecated`() {
        #expect(ServiceURL.deprecations(in: "memory:").isEmpty)
        #expect(ServiceURL.deprecations(in: "memory://").count == 1)
        #expect(ServiceURL.deprecations(in: "cache:?near=memory://&far=memory:").count == 1)
        #expect(ServiceURL.deprecations(in: "/memory://").isEmpty)
    }

    @Test(arguments: ["memory:/", "memory://foo", "memory:///foo", "memory:?x", "memory+x:"])
    func `memory has nothing behind it`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
        #expect(error?.message.hasPrefix("'\(text)' ") == true)
        #expect(error?.advice == "write 'memory:'")
    }

    @Test(arguments: [
        "grpc+unix:/path", "grpc+unix:///path", "grpc+http://[::1]:12345",
        "grpc+http://localhost", "grpc+https://localhost?wait-connect=1&tls-ca-cert-path=/a",
        "grpc+unix://host/path", "grpc+http://localhost/path", "GRPC+HTTP://localhost",
    ])
    func `the URL of a server is kept as it is`(text: String) throws {
        #expect(try ServiceURL(text).service == .grpc(.init(url: text)))
        #expect(try ServiceURL(text).description == text)
    }

    @Test(arguments: ["grpc:", "grpc+ftp://host", "grpc://host", "grpc+http"])
    func `a server is reached in three ways`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
        #expect(error?.advice?.contains("grpc+unix:/PATH") == true)
    }

    @Test(arguments: [
        ("local:blobs", "blobs"), ("local:/var/x", "/var/x"), ("local:///var/x", "/var/x"),
        ("local:a?b#c%20", "a?b#c%20"), ("/var/x", "/var/x"), ("./s3:x", "./s3:x"),
        ("../x", "../x"), ("~/x", "/home/me/x"), ("~", "/home/me"), ("local:~/x", "/home/me/x"),
        ("local:////x", "//x"), ("LOCAL:x", "x"), ("local:~you", "~you"),
    ])
    func `a folder reads`(text: String, path: String) throws {
        let context = ConfigurationContext(homeFolder: "/home/me")
        let url = try ServiceURL(text, context: context)
        #expect(url.service == .local(.init(path: path)))
        #expect(try ServiceURL(url.description, context: context) == url)
    }

    @Test(arguments: ["local:", "local://host/x", "local://", "local+x:/y"])
    func `a folder that is wrong says so`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
        #expect(error?.advice?.contains("local:") == true)
    }

    @Test func `without a home folder the tilde says so`() {
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL("~/x") }
        #expect(error?.message.contains("no home folder is known") == true)
    }

    @Test(arguments: ["blobs", "a/b:c", "~you/x", "a b", "x+y"])
    func `a plain path is a folder only where that is allowed`(text: String) throws {
        let url = try ServiceURL(text, allowsPlainPath: true)
        #expect(url.service == .local(.init(path: text)))
        #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
    }

    @Test(arguments: [
        "http://host", "x:", "combined:?near=memory:", "s3://bucket", "grcp+http://h",
    ])
    func `an unknown kind says which are known`(text: String) {
        for allowsPlainPath in [false, true] {
            let context = ConfigurationContext(customTypes: ["tape"])
            let error = #expect(throws: ConfigurationError.self) {
                try ServiceURL(text, context: context, allowsPlainPath: allowsPlainPath)
            }
            #expect(error?.message.contains("is of an unknown kind") == true)
            #expect(error?.advice?.contains("objectstore+URL") == true)
            #expect(error?.advice?.contains("tape:") == true)
            #expect(error?.advice?.contains("did you mean 'grpc'?") == text.hasPrefix("grcp"))
        }
    }

    @Test(arguments: ["", ":", "+x:", ":x"])
    func `what is no URL says so`(text: String) {
        #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
    }

    @Test(arguments: ["tape:", "tape://x?password=y", "tape+fast:z", "tape+x"])
    func `a registered kind keeps its URL`(text: String) throws {
        let context = ConfigurationContext(customTypes: ["tape"])
        let url = try ServiceURL(text, context: context)
        #expect(url.service == .custom(.init(type: "tape", options: ["url": .string(text)])))
        #expect(url.text(showingSecrets: true) == text)
        #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
    }

    @Test func `a cache reads from its two URLs`() throws {
        let url = try ServiceURL("cache:?near=memory:&&far=grpc%2Bhttp://h?wait-connect=1&")
        let far = try ServiceURL("grpc+http://h?wait-connect=1")
        #expect(url.service == .cache(.init(near: .url(try ServiceURL("memory:")), far: .url(far))))
        #expect(try ServiceURL(url.description) == url)
        let outer = try ServiceURL(
            "cache:?near=/x&far=cache:?near%3Dmemory:%26far%3Dobjectstore%252bmemory:"
        )
        #expect(try ServiceURL(outer.description) == outer)
    }

    @Test(arguments: [
        "cache:", "cache:?near=memory:", "cache:?far=memory:", "cache:?near=&far=memory:",
        "cache:?near=memory:&far=memory:&size=1", "cache:?near=memory:&near=memory:&far=memory:",
        "cache:?near=x&far=memory:", "cache:?near=%zz&far=memory:", "cache://?near=x&far=y",
        "cache:?near=memory:&far=grpc+http://h",
    ])
    func `a cache that is wrong says so`(text: String) {
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
        #expect(error?.message.contains("cache:") == true)
    }

    @Test func `caches are not nested without end`() throws {
        var text = "memory:"
        for _ in 0..<12 { text = "cache:?near=memory:&far=" + PercentCoding.encode(text) }
        let error = #expect(throws: ConfigurationError.self) { try ServiceURL(text) }
        #expect(error?.message.contains("too many caches") == true)
    }
}
