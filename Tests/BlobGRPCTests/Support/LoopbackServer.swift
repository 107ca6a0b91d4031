// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore
import Glibc
import Logging

/// A server on a free port of this machine.
enum LoopbackServer {
    /// Runs `body` with a client of a server of `service`, and ends both.
    static func serving<Value: Sendable>(
        _ service: any BlobService,
        _ options: GRPCClientOptions = GRPCClientOptions(),
        _ body: (GRPCBlobService) async throws -> Value
    ) async throws -> Value {
        let (descriptor, port) = try listen()
        let socket = ListeningSocket(descriptor: descriptor, name: "grpc+http://127.0.0.1:\(port)")
        let server = BlobServer(
            service,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run([socket]) }
            let address = GRPCAddress(.host("127.0.0.1", port: port))
            let value = try await GRPCBlobService.connected(to: address, options, body)
            server.beginGracefulShutdown()
            try await group.waitForAll()
            return value
        }
    }

    private static func listen() throws -> (descriptor: CInt, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(descriptor, pointer, length) == 0,
                    Glibc.listen(descriptor, 128) == 0
                else { return Int32(-1) }
                return unsafe getsockname(descriptor, pointer, &length)
            }
        }
        guard result == 0 else { throw BlobError(.unavailable, "no port") }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
