// SPDX-License-Identifier: Apache-2.0
import BlobProtos
public import BlobStore
import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Logging
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// Serves a `BlobService` over gRPC, under the names of tvix and snix and with a service of its own.
///
/// ```swift
/// let sockets = try ListeningSocket.open("127.0.0.1:8000")
/// try await BlobServer(service, logger: logger).run(sockets)
/// ```
///
/// Memory: for each call that runs what the service reads ahead, and some hundred KiB of messages on
/// the way, for a batch some MiB, whatever the speed of its client.
public final class BlobServer: Sendable {
    private let blobs: any BlobService
    private let options: BlobServerOptions
    private let logger: Logger
    private let calls: ServerCalls
    private let transfers: TransferMonitor
    private let running = Mutex(Running())

    private typealias Server = GRPCServer<HTTP2ServerTransport.Posix>

    private struct Running {
        var servers: [Server] = []
        var isShuttingDown = false
    }

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - service: What is served.
    ///   - options: How.
    ///   - transfers: Whom the server tells of its transfers, and of whose events it tells its clients;
    ///     finished when the server is told to shut down.
    ///   - logger: Where the server logs.
    public init(
        _ service: any BlobService,
        _ options: BlobServerOptions = BlobServerOptions(),
        transfers: TransferMonitor = TransferMonitor(),
        logger: Logger
    ) {
        blobs = service
        self.options = options
        self.logger = logger
        calls = ServerCalls(
            workers: options.workers,
            shutdownTimeout: options.shutdownTimeout,
            logger: logger
        )
        self.transfers = transfers
    }

    /// Serves whoever connects to `sockets` until ``beginGracefulShutdown()`` or cancellation, and
    /// closes them.
    ///
    /// Each event loop accepts from all sockets, and what it accepts stays with it.
    ///
    /// - Parameters:
    ///   - sockets: Where clients connect.
    ///   - whenReady: Called once clients are served, so not if the certificate cannot be used.
    /// - Throws: The code is `unavailable` if the server cannot begin or go on, `cancelled` if the task is
    ///   cancelled.
    public func run(
        _ sockets: [ListeningSocket],
        whenReady: @escaping @Sendable () async throws -> Void = {}
    ) async throws(BlobError) {
        let loops = ServerLoops.first(options.eventLoopCount)
        do {
            try await serve(sockets, on: loops, whenReady)
        } catch let error as BlobError {
            throw error
        } catch is CancellationError {
            throw BlobError.cancellation
        } catch {
            throw BlobError(.unavailable, "the server has failed", cause: error)
        }
    }

    /// Takes no more calls, and ends those that run when the time for it is over.
    public func beginGracefulShutdown() {
        calls.beginShutdown()
        transfers.finish()
        let servers = running.withLock { running in
            running.isShuttingDown = true
            return running.servers
        }
        for server in servers { server.beginGracefulShutdown() }
    }

    private func serve(
        _ sockets: [ListeningSocket],
        on loops: [MultiThreadedEventLoopGroup],
        _ whenReady: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            var listeners: [Completion<Bool, Never>] = []
            let connections = ConnectionLimit(options.maximumConnectionCount, logger: logger)
            for socket in sockets {
                for (index, loop) in loops.enumerated() {
                    let descriptor = try index == 0 ? socket.descriptor : socket.duplicate()
                    let listening = Completion<Bool, Never>()
                    listeners.append(listening)
                    let transport = HTTP2ServerTransport.Posix(
                        listeningSocketDescriptor: Int(descriptor),
                        transportSecurity: options.transportSecurity,
                        config: options.transportConfiguration(connections, listening),
                        eventLoopGroup: loop
                    )
                    let server = Server(transport: transport, services: services)
                    let isShuttingDown = running.withLock { running in
                        running.servers.append(server)
                        return running.isShuttingDown
                    }
                    if isShuttingDown { server.beginGracefulShutdown() }
                    group.addTask(executorPreference: EventLoopTaskExecutor(loop.next())) {
                        defer { listening.complete(.success(false)) }
                        do {
                            try await server.serve()
                        } catch let error as RuntimeError where error.code == .serverIsStopped {
                            // It was told to end before it began, and has not taken the socket over.
                            try? FileDescriptor(rawValue: descriptor).close()
                        }
                    }
                }
            }
            group.addTask { [listeners] in
                for listening in listeners {
                    // One that has ended says why itself.
                    guard case .success(true) = await listening.wait() else { return }
                }
                try await whenReady()
            }
        }
    }

    private var services: [any RegistrableRPCService] {
        let named = CastoreMethods.names + [BlobStoreMethods.name]
        let all = named + [HealthMethods.name] + ReflectionMethods.names
        let definitions = ReflectedDefinitions(of: all)
        var services: [any RegistrableRPCService] = [
            BlobStoreMethods(blobs: blobs, calls: calls, transfers: transfers),
            HealthMethods(services: named, calls: calls),
        ]
        services += CastoreMethods.names.map {
            CastoreMethods(name: $0, blobs: blobs, calls: calls, transfers: transfers)
        }
        services += ReflectionMethods.names.map {
            ReflectionMethods(name: $0, definitions: definitions)
        }
        return services
    }
}
