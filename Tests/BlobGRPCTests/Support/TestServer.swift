// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import Logging

/// Runs a server in this process, and a client of it.
struct TestServer: Sendable {
    /// How the client reaches the server.
    enum Line: String, CaseIterable, Sendable {
        case tcp, unixSocket, tls, mutualTLS
    }

    let service: any BlobService
    var line = Line.tcp
    var clientOptions = GRPCClientOptions()
    var serverOptions = BlobServerOptions()

    init(_ service: any BlobService, over line: Line = .tcp) {
        self.service = service
        self.line = line
    }

    /// Runs `body` with the client, and ends both.
    func run<Value: Sendable>(
        _ body: (GRPCBlobService) async throws -> Value
    ) async throws -> Value {
        try await runAlone { address in
            try await GRPCBlobService.connected(to: address, clientOptions, body)
        }
    }

    /// Runs `body` with the address of the server, and ends it.
    func runAlone<Value: Sendable>(
        _ body: (GRPCAddress) async throws -> Value
    ) async throws -> Value {
        let folder = try TestFolder()
        let (listen, parameters) = try arrangement(in: folder)
        var serverOptions = serverOptions
        var listening = ListeningOptions()
        if line == .tls || line == .mutualTLS {
            listening.isEncrypted = true
            serverOptions.tls = ServerTLS(
                certificateChainPath: "\(folder.path)/server.pem",
                privateKeyPath: "\(folder.path)/server.key",
                clientRootsPath: line == .mutualTLS ? "\(folder.path)/client.pem" : nil
            )
        }
        let sockets = try ListeningSocket.open(listen, listening)
        let address = try GRPCAddress(url: sockets[0].name + parameters)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = BlobServer(service, serverOptions, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(sockets) }
            defer { server.beginGracefulShutdown() }
            let value = try await body(address)
            server.beginGracefulShutdown()
            try await group.waitForAll()
            return value
        }
    }

    /// Where the server listens, and what the client has to add to the URL.
    private func arrangement(in folder: TestFolder) throws -> (listen: String, parameters: String) {
        switch line {
        case .tcp: return ("127.0.0.1:0", "")
        case .unixSocket: return ("\(folder.path)/server.sock", "")
        case .tls, .mutualTLS:
            try TestCertificate.make("server", in: folder)
            let roots = "?tls-ca-cert-path=\(folder.path)/server.pem"
            guard line == .mutualTLS else { return ("127.0.0.1:0", roots) }
            try TestCertificate.make("client", in: folder)
            let files = "tls-client-cert-path=\(folder.path)/client.pem"
            return (
                "127.0.0.1:0",
                "\(roots)&\(files)&tls-client-key-path=\(folder.path)/client.key"
            )
        }
    }
}
