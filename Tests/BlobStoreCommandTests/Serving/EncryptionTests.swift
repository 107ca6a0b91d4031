// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import SystemPackage
import Testing

/// Servers and clients that know each other by certificates, which openssl(1) makes.
@Suite struct EncryptionTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 200_000, seed: 50)

    init() async throws {
        workplace = try Workplace()
        let output = try await workplace.shell(
            """
            set -e
            ca() {
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                    -subj "/CN=$1" -keyout $1.key -out $1.pem
            }
            signed() {
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                    -subj "/CN=$1" -keyout $1.key -out $1.csr
                printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\n' > $1.ext
                openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial \
                    -days 2 -extfile $1.ext -out $1.pem
            }
            ca roots; ca others; signed server roots; signed client roots; signed stranger others
            """
        )
        try #require(output.status == 0, "this test needs openssl(1): \(output.errors)")
    }

    private func url(_ daemon: Daemon, _ parameters: [String]) -> String {
        let place = daemon.url.replacing("127.0.0.1", with: "localhost")
        return place + "?" + parameters.joined(separator: "&")
    }

    private func file(_ name: String) -> String { workplace.path.appending(name).string }

    @Test func `a client finds out who the server is`() async throws {
        let certificates = ["--tls-cert", "server.pem", "--tls-key", "server.key"]
        let daemon = try await Daemon(["-l", "127.0.0.1:0"] + certificates, in: workplace)
        #expect(daemon.url.hasPrefix("grpc+https://127.0.0.1:"))
        try workplace.write(blob, to: "file")
        let known = url(daemon, ["tls-ca-cert-path=\(file("roots.pem"))"])
        let output = try await workplace.run("put", "file", "--store", known)
        #expect(output.lines == ["\(blob.digest)"], "\(output.errors)")
        for parameters in [["tls-ca-cert-path=\(file("others.pem"))"], ["wait-connect=1"]] {
            let unknown = url(daemon, parameters)
            let output = try await workplace.run("has", "\(blob.digest)", "--store", unknown)
            #expect(output.status == 69 && output.hasOneError, "\(output.errors)")
        }
        let plain = daemon.url.replacing("grpc+https", with: "grpc+http")
        #expect(try await workplace.run("has", "\(blob.digest)", "--store", plain).status == 69)
        try await daemon.stop()
    }

    @Test func `a server finds out who the client is`() async throws {
        let certificates = [
            "--tls-cert", "server.pem", "--tls-key", "server.key", "--tls-client-ca", "roots.pem",
        ]
        let daemon = try await Daemon(["-l", "127.0.0.1:0"] + certificates, in: workplace)
        for (name, status) in [("client", 1), ("stranger", 69)] as [(String, Int32)] {
            let store = url(
                daemon,
                [
                    "tls-ca-cert-path=\(file("roots.pem"))",
                    "tls-client-cert-path=\(file("\(name).pem"))",
                    "tls-client-key-path=\(file("\(name).key"))",
                ]
            )
            let output = try await workplace.run("has", "\(blob.digest)", "--store", store)
            #expect(output.status == status, "\(name): \(output.errors)")
        }
        let nobody = url(daemon, ["tls-ca-cert-path=\(file("roots.pem"))"])
        #expect(try await workplace.run("has", "\(blob.digest)", "--store", nobody).status == 69)
        try await daemon.stop()
    }

    @Test func `a key of another certificate is noticed before clients are told to come`()
        async throws
    {
        let output = try await workplace.run(
            ["serve", "-l", "127.0.0.1:0", "--tls-cert", "server.pem", "--tls-key", "client.key"]
        )
        #expect(output.status == 66 && output.text.isEmpty, "\(output.text)")
        #expect(
            output.errors.contains("client.key: is not the key of server.pem"),
            "\(output.errors)"
        )
    }
}
