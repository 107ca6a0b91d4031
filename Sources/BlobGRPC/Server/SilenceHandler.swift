// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Closes a connection on which nothing has come for too long, not even the answer to a ping.
///
/// gRPC asks such a client to go away, which one that does not answer never does.
final class SilenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .read? = event as? IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
