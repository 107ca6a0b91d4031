// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Closes a connection only when the client has all that was sent to it.
///
/// A client goes on to say how much it has read. If that reaches a socket that is closed, the kernel
/// resets the connection, and with it goes what was still on its way.
///
/// Source: RFC 9112, section 9.6.
final class LingeringClose: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias OutboundIn = Any

    /// How long a client may take that does not close its side.
    private static let limit = TimeAmount.seconds(10)

    private var promise: EventLoopPromise<Void>?
    private var timeout: Scheduled<Void>?

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, timeout == nil, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        self.promise = promise
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: Self.limit) {
            context.close(mode: .all, promise: nil)
        }
        context.close(mode: .output, promise: nil)
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if timeout == nil { context.fireChannelRead(data) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if timeout == nil { context.fireChannelReadComplete() } else { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timeout?.cancel()
        promise?.succeed()
        context.fireChannelInactive()
    }
}
