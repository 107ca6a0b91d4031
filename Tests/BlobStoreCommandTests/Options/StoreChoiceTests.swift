// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import BlobStoreTesting
import NIOCore
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct StoreChoiceTests {
    private let workplace: Workplace

    init() throws { workplace = try Workplace() }

    private func choose(
        store: String? = nil,
        substituters: [String] = [],
        file: FilePath? = nil,
        _ environment: [String: String] = [:]
    ) throws(Failure) -> StoreChoice {
        try StoreChoice(store: store, substituters: substituters, file: file, environment)
    }

    private func file(_ text: String) throws -> FilePath {
        try workplace.write(ByteBuffer(string: text), to: "blobs.toml")
    }

    @Test func `what is said last wins over what is usual`() throws {
        var environment = ["HOME": "/home/a"]
        let usual = FilePath("/home/a/.local/share/blobstore")
        #expect(try choose(environment).location == .local(usual))
        environment["BLOBSTORE_STORE"] = "local:/s"
        #expect(try choose(environment).location == .local("/s"))
        environment["BLOBSTORE_CONFIG"] = try file("store = '/c'").string
        #expect(try choose(environment).location == .local("/c"))
        #expect(try choose(store: "/o", environment).location == .local("/o"))
        environment["BLOBSTORE_STORE"] = ""
        environment["BLOBSTORE_CONFIG"] = ""
        #expect(try choose(environment).location == .local(usual))
    }

    @Test func `substituters join the store`() throws {
        let choice = try choose(
            substituters: ["grpc+http://[::1]:1?priority=2"],
            ["BLOBSTORE_STORE": "/s"]
        )
        #expect(choice.location.isComposed && choice.location.isRemote)
        #expect(choice.location.folder == "/s")
        #expect(choice.configuration.names == ["root", "remotes", "store"])
    }

    @Test func `a file and other options contradict each other`() throws {
        let file = try file("store = '/c'")
        for (store, substituters) in [("/o", []), (nil, ["memory:"])] as [(String?, [String])] {
            let error = #expect(throws: Failure.self) {
                try choose(store: store, substituters: substituters, file: file)
            }
            #expect(error?.status == .usage)
        }
    }

    @Test func `an error in a file says where`() throws {
        let path = try file("store = '/c'\nstroe = 1\n")
        let error = #expect(throws: Failure.self) { try choose(file: path) }
        #expect(error?.status == .usage)
        #expect(error?.message.hasPrefix("\(path):2:1: ") == true)
        #expect(throws: Failure.self) { try choose(file: "/does/not/exist") }
        let binary = try workplace.write(ByteBuffer(bytes: [0xFF, 0xFE]), to: "binary")
        #expect(throws: Failure.self) { try choose(file: binary) }
    }

    @Test func `a file without a store uses that of the environment`() throws {
        let path = try file("[[substituter]]\nurl = 'memory:'\n")
        let choice = try choose(file: path, ["BLOBSTORE_STORE": "/s"])
        #expect(choice.location.folder == "/s")
        #expect(throws: Failure.self) { try choose(file: path) }
    }
}
