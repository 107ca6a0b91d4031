// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import Testing

@Suite struct GRPCAddressTests {
    @Test(arguments: [
        ("grpc+unix:/run/blobs.sock", "/run/blobs.sock"),
        ("grpc+unix:///run/blobs.sock", "/run/blobs.sock"),
        ("GRPC+UNIX:/run/blobs.sock", "/run/blobs.sock"),
        ("grpc+unix:/a%20b%C3%A9/c+d", "/a b\u{E9}/c+d"),
        ("grpc+unix:/a?wait-connect=0", "/a"),
    ])
    func `the path of a socket reads`(url: String, path: String) throws {
        #expect(try GRPCAddress(url: url) == GRPCAddress(.unixSocket(path: path)))
    }

    @Test(arguments: [
        ("grpc+http://[::1]:12345", "::1", 12345), ("grpc+http://localhost", "localhost", 80),
        ("grpc+http://127.0.0.1:1", "127.0.0.1", 1),
        ("grpc+http://a-b_c.d:65535", "a-b_c.d", 65535),
        ("grpc+http://[2001:db8::1]", "2001:db8::1", 80),
    ])
    func `a host reads`(url: String, host: String, port: Int) throws {
        #expect(try GRPCAddress(url: url) == GRPCAddress(.host(host, port: port)))
    }

    @Test func `a host with encryption reads`() throws {
        let address = try GRPCAddress(url: "grpc+https://localhost")
        #expect(address == GRPCAddress(.host("localhost", port: 443), tls: ClientTLS()))
    }

    @Test func `only the old spelling of a socket is deprecated`() {
        let notes = GRPCAddress.deprecations(in: "grpc+unix:///run/x")
        #expect(notes.count == 1 && notes.first?.contains("write grpc+unix:/run/x") == true)
        for url in ["grpc+unix:/run/x", "grpc+http://localhost", "nonsense"] {
            #expect(GRPCAddress.deprecations(in: url).isEmpty)
        }
    }

    @Test(arguments: [
        ("grpc+unix://host/path", "'host' is in the place of one"),
        ("grpc+unix:path", "must begin with '/'"), ("grpc+unix:", "must begin with '/'"),
        ("grpc+unix:/folder/", "is a folder"), ("grpc+unix:///", "is a folder"),
        ("grpc+unix:/" + String(repeating: "x", count: 107), "has 108 bytes"),
        ("grpc+unix:/a%2", "stand for a byte"), ("grpc+unix:/a%zz", "stand for a byte"),
        ("grpc+unix:/a%00b", "stand for a byte"), ("grpc+unix:/a%ff", "stand for a byte"),
        ("grpc+unix:/a#b", "'#' has no meaning"),
        ("grpc+http://localhost/path", "the path '/path'"),
        ("grpc+http://localhost/", "the path '/'"), ("grpc+https://localhost/", "the path '/'"),
        ("grpc+http:localhost", "two slashes"), ("grpc+http://", "names no host"),
        ("grpc+http://:80", "names no host"), ("grpc+http://a b", "no name of a host"),
        ("grpc+http://u:p@localhost", "user names"), ("grpc+http://::1:80", "in brackets"),
        ("grpc+http://[::1", "']' is missing"), ("grpc+http://[localhost]:80", "no IPv6 address"),
        ("grpc+http://[127.0.0.1]", "no IPv6 address"), ("grpc+http://localhost:", "no port"),
        ("grpc+http://localhost:0", "no port"), ("grpc+http://localhost:65536", "no port"),
        ("grpc+http://localhost:+80", "no port"), ("grpc+http://[::1]80", "no port"),
        ("http://localhost", "begin with grpc+unix:"), ("grpc+ftp://localhost", "begin with"),
        ("grpc://localhost", "begin with"), ("", "begin with"), ("localhost:8000", "begin with"),
        ("grpc+http://h?wait-connect=2", "wait-connect is '2'"),
        ("grpc+http://h?wait-connect", "wait-connect is ''"),
        ("grpc+http://h?wait-connect=1&wait-connect=1", "more than once"),
        ("grpc+http://h?x=1", "the parameter 'x' is not known"),
        ("grpc+http://h?tls-ca-cert-path=/x", "goes with grpc+https only"),
        ("grpc+unix:/s?tls-client-cert-path=/x", "goes with grpc+https only"),
        ("grpc+https://h?tls-ca-cert-path=", "names no file"),
        ("grpc+https://h?tls-ca-cert-path=/does/not/exist", "/does/not/exist: cannot be read"),
        ("grpc+https://h?tls-ca-cert-path=/proc/self/status", "has no certificate in PEM form"),
        ("grpc+https://h?tls-client-cert-path=/x", "give both or neither"),
        ("grpc+https://h?tls-client-key-path=/x", "give both or neither"),
    ])
    func `what is wrong with a URL is said`(url: String, problem: String) {
        let error = #expect(throws: BlobError.self) { try GRPCAddress(url: url) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.hasPrefix("\(url): ") && text.contains(problem), "\(text)")
        #expect(error?.code == .refused)
    }

    @Test func `certificates are named by parameters and looked at`() throws {
        let folder = try TestFolder()
        try TestCertificate.make("a", in: folder)
        try TestCertificate.make("b", in: folder)
        let roots = try folder.write(try folder.read("a.pem"), to: "roots +&.pem")
        let (key, other) = ("\(folder.path)/a.key", "\(folder.path)/b.key")
        let encrypted = try folder.write(TestFolder.pem("ENCRYPTED PRIVATE KEY"), to: "secret.pem")
        let text = roots.replacing(" ", with: "+").replacing("&", with: "%26")
        let coded = text.replacing("roots++", with: "roots+%2B")
        var tls = ClientTLS()
        (tls.rootsPath, tls.certificatePath, tls.privateKeyPath) = (roots, roots, key)
        let query = "tls-ca-cert-path=\(coded)&tls-client-cert-path=\(coded)"
        let url = "grpc+https://h?\(query)&tls-client-key-path="
        #expect(try GRPCAddress(url: url + key) == GRPCAddress(.host("h", port: 443), tls: tls))
        for (path, problem) in [
            (encrypted, "encrypted"), (other, "is not the key of"),
            (roots, "has no private key in PEM form in it, only"),
        ] {
            let path = path.replacing(" ", with: "%20").replacing("+", with: "%2B")
                .replacing("&", with: "%26")
            let error = #expect(throws: BlobError.self) { try GRPCAddress(url: url + path) }
            #expect(error?.message.contains(problem) == true, "\(String(describing: error))")
        }
    }

    @Test func `the description of an address reads as the same address`() throws {
        let folder = try TestFolder()
        try TestCertificate.make("a", in: folder)
        let pem = try folder.read("a.pem") + folder.read("a.key")
        let file = try folder.write(pem, to: "a b+c%&=?#\u{E9}.pem")
        var tls = ClientTLS()
        (tls.rootsPath, tls.certificatePath, tls.privateKeyPath) = (file, file, file)
        var addresses = [
            GRPCAddress(.unixSocket(path: "/a b/%+?#\u{E9}&=")),
            GRPCAddress(.host("::1", port: 8000)), GRPCAddress(.host("localhost", port: 80)),
            GRPCAddress(.host("localhost", port: 443)),
            GRPCAddress(.host("localhost", port: 80), tls: ClientTLS()),
            GRPCAddress(.host("127.0.0.1", port: 443), tls: tls),
        ]
        for index in addresses.indices {
            var address = addresses[index]
            address.waitsForConnection = true
            addresses.append(address)
        }
        for address in addresses {
            #expect(try GRPCAddress(url: "\(address)") == address, "\(address)")
            #expect(GRPCAddress.deprecations(in: "\(address)").isEmpty)
        }
        #expect("\(GRPCAddress(.host("::1", port: 8000)))" == "grpc+http://[::1]:8000")
    }
}
