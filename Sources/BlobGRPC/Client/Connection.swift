// SPDX-License-Identifier: Apache-2.0
import BlobStore
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
import NIOCore
import NIOPosix
import SwiftProtobuf

/// A connection to a server, and the calls on it.
final class Connection: Sendable {
    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    /// The largest reply that is taken, in bytes: the chunk list of some 200 GiB.
    private static let replyLimit = 32 << 20
    /// How many entries a message of a batch may have.
    private static let entryLimit = 1 << 16
    /// How much of a stream is read ahead, in bytes.
    private static let readAhead = 1 << 20

    /// What errors call the server.
    let name: String
    let options: GRPCClientOptions
    private let client: Client
    private let executor: EventLoopTaskExecutor
    private let streams = BackgroundTasks()
    /// On a slow line calls wait for each other, and what comes for one shows that the server lives.
    private let activity = Activity()

    init(_ address: GRPCAddress, _ options: GRPCClientOptions) throws(BlobError) {
        name = "\(address)"
        self.options = options
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        executor = EventLoopTaskExecutor(loop)
        do {
            let transport = try HTTP2ClientTransport.Posix(
                target: address.target,
                transportSecurity: address.transportSecurity,
                config: address.transportConfiguration(options),
                eventLoopGroup: loop
            )
            client = GRPCClient(transport: transport)
        } catch {
            throw BlobError(.refused, "\(address): cannot be used", cause: error)
        }
    }

    /// Keeps the connection and runs its calls until the task is cancelled.
    func run() async throws(BlobError) {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask(executorPreference: executor) { [client] in
                    try await client.runConnections()
                }
                await streams.run(on: executor)
                group.cancelAll()
            }
        } catch {
            throw BlobError(.unavailable, "\(name): the connection has failed", cause: error)
        }
    }

    // MARK: calls with one request and one answer

    /// Asks, and takes the answer as `deserializer` gives it.
    func unary<Request: SwiftProtobuf.Message, Response: Sendable>(
        _ method: MethodDescriptor,
        _ request: Request,
        _ deserializer: some MessageDeserializer<Response>
    ) async throws(RPCError) -> Response {
        var options = CallOptions.defaults
        options.timeout = self.options.stallTimeout
        // The transport takes the limit of requests for that of replies.
        options.maxRequestMessageBytes = Self.replyLimit
        options.maxResponseMessageBytes = Self.replyLimit
        let start = ContinuousClock.now
        Activity.current?.follow(activity)
        return try await calling(since: start) {
            try await withTaskExecutorPreference(executor) {
                try await client.unary(
                    request: ClientRequest(message: request),
                    descriptor: method,
                    serializer: ProtobufSerializer<Request>(),
                    deserializer: deserializer,
                    options: options
                ) { response in try response.message }
            }
        }
    }

    private func calling<Value>(
        since start: ContinuousClock.Instant,
        _ body: () async throws -> Value
    ) async throws(RPCError) -> Value {
        do {
            return try await body()
        } catch let error as RPCError {
            // A server can run out of time by itself, and then another attempt may help.
            guard error.code == .deadlineExceeded,
                start.duration(to: .now) >= options.stallTimeout
            else { throw error }
            throw RPCError(code: error.code, message: error.message, cause: StallTimer.Stalled())
        } catch {
            throw RPCError(code: .unavailable, message: "the call has failed", cause: error)
        }
    }

    // MARK: streams

    private func start(_ call: @escaping BackgroundTasks.Work) throws(BlobError) {
        guard streams.start(call) else {
            throw BlobError(.unavailable, "\(name): the connection is not kept any more")
        }
    }

    /// Sends messages and takes answers at the same time; if it is patient, the server may be silent for
    /// as long as it likes.
    func exchange<Request: SwiftProtobuf.Message, Response: SwiftProtobuf.Message>(
        _ method: MethodDescriptor,
        isPatient: Bool = false,
        sending: @escaping @Sendable (RPCWriter<Request>) async throws -> Void,
        receiving: @escaping @Sendable (Response) async throws -> Void
    ) async throws(BlobError) {
        let stall = StallTimer(options.stallTimeout)
        if !isPatient { stall.begin() }
        let end = await supervise(until: Signal(), stall) { [client, executor] in
            try await withTaskExecutorPreference(executor) {
                try await client.bidirectionalStreaming(
                    request: StreamingClientRequest(producer: sending),
                    descriptor: method,
                    serializer: ProtobufSerializer<Request>(),
                    deserializer: BoundedDeserializer<Response>(limit: Self.entryLimit),
                    options: .defaults
                ) { response in
                    var messages = response.messages.makeAsyncIterator()
                    while let message = try await messages.next() {
                        stall.end()
                        try await receiving(message)
                        if !isPatient { stall.begin() }
                    }
                }
            }
        }
        try end.get()
    }

    /// Opens a stream of content.
    ///
    /// It ends early when the last reference to the result goes.
    func download<Request: SwiftProtobuf.Message>(
        _ method: MethodDescriptor,
        _ request: Request
    ) throws(BlobError) -> IncomingContent {
        let content = IncomingContent(readAhead: Self.readAhead, on: activity)
        let (pipe, stall) = (content.pipe, StallTimer(options.stallTimeout))
        try start { [self, ending = content.ending] in
            stall.begin()
            let end = await supervise(until: ending, stall) { [client, activity] in
                try await client.serverStreaming(
                    request: ClientRequest(message: request),
                    descriptor: method,
                    serializer: ProtobufSerializer<Request>(),
                    deserializer: DataMessageDeserializer(),
                    options: .defaults
                ) { response in
                    var messages = response.messages.makeAsyncIterator()
                    while let message = try await messages.next() {
                        // Empty messages are allowed, but they bring nothing on.
                        for part in message.parts where part.readableBytes > 0 {
                            activity.note()
                            stall.end()
                            try await pipe.send(part)
                        }
                        stall.begin()
                    }
                }
            }
            pipe.finish(end)
        }
        return content
    }

    /// Opens a stream that takes content, and is answered at its end.
    func upload<Response: SwiftProtobuf.Message>(
        _ method: MethodDescriptor,
        answer _: Response.Type
    ) throws(BlobError) -> OutgoingContent<Response> {
        let content = OutgoingContent<Response>(sendAhead: Self.readAhead)
        let (pipe, stall) = (content.pipe, StallTimer(options.stallTimeout))
        try start { [self, ending = content.ending, answer = content.answer] in
            let end = await supervise(until: ending, stall) { [client] in
                try await client.clientStreaming(
                    request: StreamingClientRequest { writer in
                        while let parts = try await pipe.receive(upTo: MessageSize.content) {
                            stall.begin()
                            try await writer.write(DataMessage(parts: parts))
                            stall.end()
                        }
                        stall.begin()
                    },
                    descriptor: method,
                    serializer: DataMessageSerializer(),
                    deserializer: ProtobufDeserializer<Response>(),
                    options: .defaults
                ) { response in try response.message }
            }
            answer.complete(end)
            pipe.close()
        }
        return content
    }

    /// Runs a stream until it is over, nobody wants it any more, or the server stalls.
    private func supervise<Value: Sendable>(
        until ending: Signal,
        _ stall: StallTimer,
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, BlobError> {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await stall.watch()
                    return nil
                }
                group.addTask {
                    await ending.wait()
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let value = first else {
                    throw CancellationError()
                }
                return .success(value)
            }
        } catch let error as RPCError {
            return .failure(BlobError(error, from: name))
        } catch let error as BlobError {
            return .failure(BlobError(error.code, "\(name): \(error.message)", cause: error.cause))
        } catch {
            return .failure(BlobError(.cancelled, "\(name): the call has been ended", cause: error))
        }
    }
}
