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
        #expect(error?.status == .usage && error?.message.contains(text) == true)
    }

    @Test(arguments: ["s3://bucket", "http://host:1", "x:"])
    func `a kind that is not known says what is`(text: String) {
        let error = #expect(throws: Failure.self) { try StoreLocation(parsing: text) }
        #expect(error?.status == .usage)
        #expect(error?.description.contains("local:PATH") == true)
        #expect(error?.description.contains("./\(text)") == true)
    }

    @Test(arguments: ["", "local:"])
    func `no name is no folder`(text: String) {
        #expect(throws: Failure.self) { try StoreLocation(parsing: text) }
    }

    @Test func `without a word the folder of the user's data is used`() throws {
        var environment = ["HOME": "/home/a", "XDG_DATA_HOME": "/data"]
        #expect(try StoreLocation.standard(in: environment) == "/data/blobstore")
        environment["XDG_DATA_HOME"] = "relative"
        #expect(try StoreLocation.standard(in: environment) == "/home/a/.local/share/blobstore")
        #expect(throws: Failure.self) { try StoreLocation.standard(in: [:]) }
    }
}
