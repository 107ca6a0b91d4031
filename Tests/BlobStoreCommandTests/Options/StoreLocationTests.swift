// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import SystemPackage
import Testing

@testable import BlobStoreCommand

@Suite struct StoreLocationTests {
    @Test(arguments: [
        ("blobs", "blobs"), ("/var/blobs", "/var/blobs"), ("local:blobs", "blobs"),
        ("local:/var/blobs", "/var/blobs"), ("./s3:x", "./s3:x"), ("a/b:c", "a/b:c"),
    ])
    func `a folder reads`(text: String, path: FilePath) throws {
        #expect(try StoreLocation(parsing: text) == .local(path))
    }

    @Test(arguments: [
        ("grpc+http://[::1]:8000", GRPCAddress(.host("::1", port: 8000))),
        ("grpc+unix:/run/x", GRPCAddress(.unixSocket(path: "/run/x"))),
    ])
    func `the URL of a server reads`(text: String, address: GRPCAddress) throws {
        #expect(try StoreLocation(parsing: text) == .remote(address))
    }

    @Test(arguments: ["grpc+http://host/path", "grpc+ftp://host", "grpc+unix://host/x"])
    func `a URL of a server that is wrong says so`(text: String) {
        let error = #expect(throws: Failure.self) { try StoreLocation(parsing: text) }
        #expect(error?.status == .usage && error?.message.hasPrefix("\(text): ") == true)
    }

    @Test(arguments: ["s3://bucket", "http://host:1", "x:"])
    func `a kind that is not known says what is`(text: String) {
        let error = #expect(throws: Failure.self) { try StoreLocation(parsing: text) }
        #expect(error?.status == .usage)
        #expect(error?.description.contains("local:FOLDER") == true)
    }

    @Test(arguments: ["", "local:"])
    func `no name is no folder`(text: String) {
        #expect(throws: Failure.self) { try StoreLocation(parsing: text) }
    }

    @Test func `the environment decides in a fixed order`() throws {
        var environment = [
            "HOME": "/home/a", "XDG_DATA_HOME": "/data", "BLOBSTORE_STORE": "local:/s",
        ]
        #expect(StoreLocation.text(in: environment) == "local:/s")
        environment["BLOBSTORE_STORE"] = ""
        #expect(StoreLocation.text(in: environment) == nil)
        #expect(try StoreLocation.standard(in: environment) == .local("/data/blobstore"))
        environment["XDG_DATA_HOME"] = "relative"
        #expect(
            try StoreLocation.standard(in: environment) == .local("/home/a/.local/share/blobstore")
        )
        environment["HOME"] = nil
        #expect(throws: Failure.self) { try StoreLocation.standard(in: environment) }
    }
}
