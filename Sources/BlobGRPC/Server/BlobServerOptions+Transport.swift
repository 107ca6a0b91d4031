// SPDX-License-Identifier: Apache-2.0
import GRPCNIOTransportHTTP2Posix
import NIOCore

extension BlobServerOptions {
    /// How connections are set up.
    ///
    /// The defaults of the transport, frames of 16 KiB and a window of 64 KiB, make uploads twenty times
    /// slower.
    func transportConfiguration(
        _ connections: ConnectionLimit,
        _ listening: Completion<Bool, Never>
    ) -> HTTP2ServerTransport.Posix.Config {
        .defaults { config in
            config.http2.maxFrameSize = 1 << 20
            config.http2.targetWindowSize = 4 << 20
            config.http2.maxConcurrentStreams = maximumStreamCount
            config.rpc.maxRequestPayloadSize = maximumMessageByteCount
            config.connection.maxGraceTime = shutdownTimeout
            config.connection.keepalive.time = .seconds(60)
            config.connection.keepalive.timeout = .seconds(20)
            // Longer than it takes for a client to answer.
            let silence = TimeAmount.seconds(90)
            config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
            config.connection.keepalive.clientBehavior.allowWithoutCalls = true
            config.channelDebuggingCallbacks.onBindTCPListener = { channel in
                listening.complete(.success(true))
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            config.channelDebuggingCallbacks.onAcceptTCPConnection = { channel in
                connections.admit(channel).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandlers(
                        [
                            LingeringClose(), IdleStateHandler(readTimeout: silence),
                            SilenceHandler(),
                        ],
                        position: .first
                    )
                }.flatMap {
                    // Large only where much comes: the decoder copies the whole buffer now and then.
                    channel.setOption(
                        .recvAllocator,
                        value: AdaptiveRecvByteBufferAllocator(
                            minimum: 2 << 10,
                            initial: 16 << 10,
                            maximum: 128 << 10
                        )
                    )
                }
            }
        }
    }

    var transportSecurity: HTTP2ServerTransport.Posix.TransportSecurity {
        guard let tls else { return .plaintext }
        let chain = [TLSConfig.CertificateSource.file(path: tls.certificateChainPath, format: .pem)]
        let key = TLSConfig.PrivateKeySource.file(path: tls.privateKeyPath, format: .pem)
        guard let roots = tls.clientRootsPath else {
            return .tls(certificateChain: chain, privateKey: key)
        }
        return .mTLS(certificateChain: chain, privateKey: key) { config in
            config.trustRoots = .certificates([.file(path: roots, format: .pem)])
        }
    }
}
