// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStoreTesting
import Foundation
import Glibc
import NIOCore
import SystemPackage
import Testing

/// Servers that whoever starts them gives sockets, as systemd does.
@Suite struct SocketActivationTests {
    private let workplace: Workplace
    private let blob = TestBlob(size: 300, seed: 34)

    init() throws { workplace = try Workplace() }

    /// Makes two sockets the descriptors 3 and 4 and becomes the program.
    private static let launcher = """
        import os, socket, sys
        tcp, unix = socket.socket(), socket.socket(socket.AF_UNIX)
        tcp.bind(("127.0.0.1", 0))
        unix.bind("socket")
        for (end, number) in ((tcp, 10), (unix, 11)):
            end.listen()
            os.dup2(end.fileno(), number)
        for (number, final) in ((10, 3), (11, 4)):
            os.dup2(number, final)
            os.close(number)
        for pair in sys.argv[1].split():
            name, value = pair.split("=")
            os.environ[name] = str(os.getpid()) if value == "self" else value
        program = os.environ["BLOBSTORE_PROGRAM"]
        os.execv(program, [program, "serve"] + sys.argv[2].split())
        """

    /// Starts a server with two sockets.
    private func serve(
        _ arguments: String,
        socketCount: Int,
        environment: String = "LISTEN_FDS=2 LISTEN_PID=self LISTEN_FDNAMES=tcp:unix"
    ) async throws -> Daemon {
        try workplace.write(Self.launcher, to: "launcher.py")
        let program = try Program(
            shell: "exec /usr/bin/python3 launcher.py '\(environment)' '\(arguments)'",
            in: workplace
        )
        return try await Daemon(program, socketCount: socketCount)
    }

    @Test(arguments: [
        ("-l sd-listen", ["http"]), ("-l sd-listen:*", ["http", "unix"]),
        ("-l SD_LISTEN:unix", ["unix"]), ("-l sd-listen:unix -l sd-listen:tcp", ["unix", "http"]),
    ])
    func `sockets are taken over by number and by name`(
        arguments: String,
        kinds: [String]
    ) async throws {
        let daemon = try await serve(arguments, socketCount: kinds.count)
        #expect(daemon.urls.count == kinds.count)
        for (url, kind) in zip(daemon.urls, kinds) {
            #expect(url.hasPrefix("grpc+\(kind):"))
            let output = try await workplace.run("has", "\(blob.digest)", "--store", url)
            #expect(output.status == 1, "\(url): \(output.errors)")
        }
        #expect(try await daemon.stop().status == 0)
    }

    @Test func `the environment can be ignored`() async throws {
        let daemon = try await serve(
            "-l sd-listen --sd-accept-ignore-environment",
            socketCount: 1,
            environment: "LISTEN_PID=1"
        )
        #expect(daemon.url.hasPrefix("grpc+http:"))
        try await daemon.stop()
    }

    @Test(arguments: [
        ("-l sd-listen:x", "LISTEN_FDS=2 LISTEN_PID=self LISTEN_FDNAMES=a:b", "there are 'a', 'b'"),
        ("-l sd-listen -l sd-listen:*", "LISTEN_FDS=2 LISTEN_PID=self", "is asked for twice"),
        ("-l sd-listen", "LISTEN_FDS=2 LISTEN_PID=1", "are for process 1"),
        ("-l sd-listen:*", "LISTEN_FDS=3 LISTEN_PID=self", "descriptor 5 is no socket"),
    ])
    func `what does not fit is said`(
        arguments: String,
        environment: String,
        problem: String
    ) async throws {
        let error = await #expect(throws: UnexpectedOutput.self) {
            try await serve(arguments, socketCount: 1, environment: environment)
        }
        let output = try #require(error?.output)
        #expect(output.status == 64 && output.hasOneError, "\(output.errors)")
        #expect(output.errors.contains(problem), "\(output.errors)")
    }

    @Test func `who started a server is told when it is ready and when it ends`() async throws {
        let path = "\(workplace.path)/notify"
        let listener = try NotifySocket(path)
        let program = try Program(
            shell: "NOTIFY_SOCKET=\(path) exec $BLOBSTORE_PROGRAM serve -l '[::1]:0'",
            in: workplace
        )
        let daemon = try await Daemon(program)
        let ready = try await listener.next()
        #expect(ready.hasPrefix("READY=1\nSTATUS=Listening on \(daemon.url)"), "\(ready)")
        try await daemon.stop()
        #expect(try await listener.next().hasPrefix("STOPPING=1\n"))
    }

    /// Where a service manager listens.
    private final class NotifySocket {
        private let descriptor: CInt

        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
            let result = unsafe try UnixSocketAddress(path: path).withAddress {
                unsafe bind(descriptor, $0, $1)
            }
            #expect(result == 0)
        }

        func next() async throws -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            for _ in 0..<1000 {
                let flags = CInt(MSG_DONTWAIT)
                let count = unsafe recv(descriptor, &bytes, bytes.count, flags)
                if count > 0 { return String(decoding: bytes.prefix(count), as: UTF8.self) }
                try await Task.sleep(for: .milliseconds(10))
            }
            return ""
        }

        deinit { close(descriptor) }
    }
}
