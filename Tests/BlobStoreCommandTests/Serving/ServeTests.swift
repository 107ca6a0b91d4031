// SPDX-License-Identifier: Apache-2.0
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import SystemPackage
import Testing

@Suite struct ServeTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 3000, seed: 33)

    init() throws { workplace = try Workplace() }

    /// A put that has sent something and waits for more.
    private static func endlessPut(to daemon: Daemon) -> String {
        let input = "<(head -c 2000000 /dev/zero; exec sleep 60)"
        return "exec $BLOBSTORE_PROGRAM --store \(daemon.url) put < \(input)"
    }

    @Test func `each socket has a line on standard output, and nothing else is there`() async throws
    {
        let places = ["[::1]:0", "127.0.0.1:0", "./socket", "@\(workplace.path)"]
        let program = try Program(["serve"] + places.flatMap { ["-l", $0] }, in: workplace)
        let daemon = try await Daemon(program, socketCount: places.count)
        for url in daemon.urls.dropLast() {
            let output = try await workplace.run("has", "\(blob.digest)", "--store", url)
            #expect(output.status == 1, "\(url): \(output.errors)")
        }
        let output = try await daemon.stop(SIGINT)
        #expect(output.status == 0 && output.lines.count == places.count)
        #expect(output.lines.allSatisfy { $0.hasPrefix("listening on grpc+") }, "\(output.text)")
        #expect(workplace.exists("store/format"))
    }

    @Test func `logs are lines of JSON if that is wanted`() async throws {
        let daemon = try await Daemon(["-l", "[::1]:0", "--log-format", "json"], in: workplace)
        let output = try await daemon.stop()
        let lines = try output.errors.split(separator: "\n").map {
            try #require(
                JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String],
                "\($0)"
            )
        }
        #expect(lines.map { $0["message"] } == ["listening", "shutting down", "stopped"])
        #expect(lines.first?["server.address"] == daemon.url)
    }

    @Test func `a second signal ends a server at once`() async throws {
        let daemon = try await Daemon(in: workplace)
        // A call that runs keeps the server from ending.
        let client = try Program(
            shell:
                Self.endlessPut(to: daemon),
            in: workplace
        )
        try await Task.sleep(for: .seconds(2))
        kill(daemon.program.identifier, SIGTERM)
        try await Task.sleep(for: .seconds(1))
        #expect(daemon.program.isRunning)
        kill(daemon.program.identifier, SIGTERM)
        #expect(try await daemon.program.end().status == 128 + SIGTERM)
        kill(client.identifier, SIGKILL)
        _ = try await client.end()
    }

    @Test func `the end of a server is waited for as long as is allowed`() async throws {
        let daemon = try await Daemon(["-l", "[::1]:0", "--shutdown-timeout", "1"], in: workplace)
        let client = try Program(
            shell:
                Self.endlessPut(to: daemon),
            in: workplace
        )
        try await Task.sleep(for: .seconds(2))
        let start = ContinuousClock.now
        let output = try await daemon.stop()
        #expect(output.status == 0, "\(output.errors)")
        #expect((.milliseconds(900)...(.seconds(8))).contains(start.duration(to: .now)))
        kill(client.identifier, SIGKILL)
        _ = try await client.end()
    }

    @Test func `what a server cannot do is said`() async throws {
        try workplace.write("no key", to: "pem")
        for (arguments, status, problem) in [
            ("-l localhost:1", 64, "names of hosts are not looked up"),
            ("-l nonsense", 64, "is no place to listen"),
            ("-l sd-listen", 64, "LISTEN_FDS is not set"),
            ("-l /does/not/exist/s", 77, "cannot listen"),
            ("-l 192.0.2.1:1", 77, "cannot listen"),
            ("--tls-cert pem", 64, "need each other"),
            ("--tls-client-ca pem", 64, "goes with --tls-cert only"),
            ("--tls-cert pem --tls-key pem", 66, "has no certificate in PEM form"),
            ("--max-streams 0", 64, "--max-streams is 1 to"),
            ("--shutdown-timeout -1", 64, "timeout"), ("--log-level loud", 64, "is expected"),
            ("--unix-listen-chmod all", 64, "chmod"),
            ("--store grpc+http://h/x", 64, "the path '/x'"),
        ] {
            let output = try await workplace.shell("blobstore serve \(arguments)")
            #expect(output.status == status && output.hasOneError, "\(arguments): \(output.errors)")
            #expect(output.errors.contains(problem), "\(arguments): \(output.errors)")
            #expect(output.text.isEmpty)
        }
    }

    @Test func `an address that is in use is unavailable`() async throws {
        let daemon = try await Daemon(in: workplace)
        let place = daemon.url.replacing("grpc+http://", with: "")
        let output = try await workplace.run("serve", "-l", place)
        #expect(output.status == 69 && output.hasOneError, "\(output.errors)")
        try await daemon.stop()
    }
}
