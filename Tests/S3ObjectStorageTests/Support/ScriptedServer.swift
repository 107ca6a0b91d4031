// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on this machine that answers as a test says, and remembers what it was asked.
final class ScriptedServer: Sendable {
    /// What has come.
    struct Request: Sendable {
        var method: HTTPMethod
        var target: String
        var headers: HTTPHeaders
        var body: ByteBuffer

        var text: String { String(buffer: body) }

        /// The path without the query.
        var path: String { String(target.prefix { $0 != "?" }) }
    }

    /// What is answered.
    struct Reply: Sendable {
        var status: Int
        var headers: [(String, String)]
        var body: String
        /// After how many bytes of the body the connection breaks; `nil`: not at all.
        var cut: Int?
        /// Whether the answer never comes to an end.
        var hangs = false

        init(
            _ status: Int,
            _ headers: [(String, String)] = [],
            _ body: String = "",
            cut: Int? = nil
        ) {
            self.status = status
            self.headers = headers
            self.body = body
            self.cut = cut
        }

        /// An error as S3 describes it.
        static func error(
            _ status: Int,
            _ code: String,
            _ message: String = "words",
            _ headers: [(String, String)] = [],
            more: String = ""
        ) -> Reply {
            let text = "<Error><Code>\(code)</Code><Message>\(message)</Message>\(more)</Error>"
            return Reply(status, headers + [("Content-Type", "application/xml")], text)
        }

        /// No answer.
        static var hanging: Reply {
            var reply = Reply(200)
            reply.hangs = true
            return reply
        }
    }

    struct State {
        var requests: [Request] = []
        var openConnections = 0
        var connections = 0
    }

    let state = Mutex(State())
    private let channel: any Channel

    /// Starts a server that calls `answer` with each request and the number of those before it.
    init(_ answer: @escaping @Sendable (Request, Int) -> Reply) async throws {
        let holder = Holder()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(holder, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
        holder.server.withLock { $0 = self }
    }

    /// Starts a server that answers with each of the replies once, then with the status 418.
    convenience init(_ replies: [Reply]) async throws {
        try await self.init { _, index in
            index < replies.count ? replies[index] : Reply(418)
        }
    }

    /// Where it is.
    let url: String

    var requests: [Request] { state.withLock { $0.requests } }

    /// How many connections are open, and how many there have been.
    var openConnections: Int { state.withLock { $0.openConnections } }
    var connections: Int { state.withLock { $0.connections } }

    func stop() async { try? await channel.close() }
}

/// Leads connections to their server.
private final class Holder: Sendable {
    let server = Mutex<ScriptedServer?>(nil)
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let holder: Holder
    private let answer: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply
    private var request: ScriptedServer.Request?

    init(
        _ holder: Holder,
        _ answer: @escaping @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply
    ) {
        self.holder = holder
        self.answer = answer
    }

    private func update<Value: Sendable>(_ body: (inout ScriptedServer.State) -> Value) -> Value? {
        holder.server.withLock { $0 }?.state.withLock { body(&$0) }
    }

    func channelActive(context: ChannelHandlerContext) {
        _ = update {
            $0.openConnections += 1
            $0.connections += 1
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        _ = update { $0.openConnections -= 1 }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = .init(
                method: head.method,
                target: head.uri,
                headers: head.headers,
                body: ByteBuffer()
            )
        case .body(var bytes): request?.body.writeBuffer(&bytes)
        case .end:
            guard let request else { return }
            let index = update { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            send(answer(request, index ?? 0), to: request, context)
        }
    }

    private func send(
        _ reply: ScriptedServer.Reply,
        to request: ScriptedServer.Request,
        _ context: ChannelHandlerContext
    ) {
        if reply.hangs { return }
        var headers = HTTPHeaders(reply.headers)
        if !headers.contains(name: "Content-Length"), reply.status != 204 {
            headers.add(name: "Content-Length", value: "\(reply.body.utf8.count)")
        }
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: reply.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        var body = ByteBuffer(string: reply.body)
        if let cut = reply.cut, let part = body.readSlice(length: cut) { body = part }
        if request.method != .HEAD {
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        if reply.cut != nil {
            // What has been written goes out first.
            let channel = context.channel
            context.eventLoop.execute { channel.close(promise: nil) }
        } else {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
