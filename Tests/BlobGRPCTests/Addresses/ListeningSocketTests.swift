// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import Glibc
import Testing

@testable import BlobGRPC

@Suite struct ListeningSocketTests {
    private func open(
        _ text: String,
        _ change: (inout ListeningOptions) -> Void = { _ in }
    ) throws -> ListeningSocket {
        var options = ListeningOptions()
        change(&options)
        let sockets = try ListeningSocket.open(text, options)
        return try #require(sockets.count == 1 ? sockets.first : nil)
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `port zero is a free one, and the name has it`(text: String) throws {
        let socket = try open(text)
        defer { close(socket.descriptor) }
        let address = try GRPCAddress(url: socket.name)
        guard case .host(let host, let port) = address.endpoint else {
            Issue.record("\(socket.name)")
            return
        }
        #expect(text.contains(host) && port > 0)
        #expect(address.tls == nil)
        let error = #expect(throws: BlobError.self) {
            try ListeningSocket.open(text.replacing(":0", with: ":\(port)"))
        }
        #expect(error?.code == .unavailable, "\(String(describing: error))")
    }

    @Test func `a socket does not block and is not passed on`() throws {
        let folder = try TestFolder()
        for text in ["127.0.0.1:0", "[::1]:0", "\(folder.path)/s", "@\(folder.path)"] {
            let socket = try open(text)
            defer { close(socket.descriptor) }
            #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func `names say how clients connect`() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/s"
        for (text, start) in [
            (path, "grpc+unix:\(path)"), ("@\(path)", "grpc+unix:@\(path)"),
            ("[::]:0", "grpc+https://[::]:"), ("0.0.0.0:0", "grpc+https://0.0.0.0:"),
        ] {
            let socket = try open(text) { $0.isEncrypted = true }
            defer { close(socket.descriptor) }
            #expect(socket.name.hasPrefix(start), "\(socket.name)")
        }
    }

    @Test(arguments: [
        (ListeningOptions.Access.owner, 0o600), (.group, 0o660), (.everybody, 0o666),
    ])
    func `a unix socket is for whom it is meant`(
        access: ListeningOptions.Access,
        mode: Int
    ) throws {
        let folder = try TestFolder()
        let socket = try open("\(folder.path)/s") { $0.unixAccess = access }
        defer { close(socket.descriptor) }
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/s")
        #expect(attributes[.posixPermissions] as? Int == mode)
    }

    @Test func `a socket that an earlier server has left is removed if that is wanted`() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/s"
        close(try open(path).descriptor)
        let error = #expect(throws: BlobError.self) { try open(path) }
        #expect(error?.message.contains("--unix-listen-unlink") == true)
        let socket = try open(path) { $0.unlinksUnixSockets = true }
        defer { close(socket.descriptor) }
        let busy = #expect(throws: BlobError.self) {
            try open(path) { $0.unlinksUnixSockets = true }
        }
        #expect(busy?.code == .unavailable)
        #expect(busy?.message == "\(path): another server listens there")
    }

    @Test func `nothing but a socket is removed`() throws {
        let folder = try TestFolder()
        let path = try folder.write("precious", to: "s")
        #expect(throws: BlobError.self) { try open(path) { $0.unlinksUnixSockets = true } }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/link",
            withDestinationPath: path
        )
        #expect(throws: BlobError.self) {
            try open("\(folder.path)/link") { $0.unlinksUnixSockets = true }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test(arguments: [
        ("localhost:8000", "'localhost' is no IP address"), ("::1:8000", "brackets: [::1]:8000"),
        (":8000", "'' is no IP address"), ("[127.0.0.1]:80", "is no IP address"),
        ("127.0.0.1", "is no place to listen"), ("127.0.0.1:x", "'x' is no port"),
        ("127.0.0.1:65536", "is no port"), ("", "is no place to listen"), ("@", "by a name"),
        ("inetd", "is no place to listen"), ("/does/not/exist/s", "cannot listen"),
        ("/" + String(repeating: "x", count: 200), "at most 107"),
        ("sd-listen", "LISTEN_FDS is not set"), ("SD_LISTEN:x", "LISTEN_FDS is not set"),
        ("sd-listen:*", "LISTEN_FDS is not set"),
    ])
    func `a place where nobody can listen says why`(text: String, problem: String) {
        let error = #expect(throws: BlobError.self) { try ListeningSocket.open(text) }
        #expect(error?.code == .refused)
        #expect(error?.description.hasPrefix("\(text): ") == true, "\(String(describing: error))")
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test func `the environment says which sockets there are`() throws {
        let environment = ["LISTEN_FDS": "2", "LISTEN_PID": "7", "LISTEN_FDNAMES": "a:b"]
        #expect(try SocketActivation(environment, process: 7, "sd-listen").names == ["a", "b"])
        let nameless = environment.filter { $0.key != "LISTEN_FDNAMES" }
        #expect(try SocketActivation(nameless, process: 7, "sd-listen").count == 2)
        for (name, value, problem) in [
            ("LISTEN_FDS", "0", "no number of sockets"), ("LISTEN_FDS", "x", "no number"),
            ("LISTEN_PID", "8", "are for process 8, and this is 7"),
            ("LISTEN_FDNAMES", "a", "has 1 names, LISTEN_FDS says 2"),
        ] {
            let changed = environment.merging([name: value]) { $1 }
            let error = #expect(throws: BlobError.self) {
                try SocketActivation(changed, process: 7, "sd-listen")
            }
            #expect(error?.message.contains(problem) == true, "\(String(describing: error))")
        }
    }
}
