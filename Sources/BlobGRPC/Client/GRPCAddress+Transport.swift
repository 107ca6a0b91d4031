// SPDX-License-Identifier: Apache-2.0
import GRPCNIOTransportHTTP2Posix
import NIOCore

extension GRPCAddress {
    /// What the transport connects to.
    var target: any ResolvableTarget {
        switch endpoint {
        case .unixSocket(let path):
            return .unixDomainSocket(path: path)
        case .host(let host, let port):
            guard let address = try? SocketAddress(ipAddress: host, port: port) else {
                return .dns(host: host, port: port)
            }
            switch address {
            case .v6: return .ipv6(address: host, port: port)
            default: return .ipv4(address: host, port: port)
            }
        }
    }

    /// What the server is told that it is called, if the transport is not to find that out.
    ///
    /// The transport takes it for the name in the certificate as well, where an address must not stand.
    private var authority: String? {
        guard case .host(let host, let port) = endpoint else { return "localhost" }
        if tls != nil, (try? SocketAddress(ipAddress: host, port: port)) != nil { return nil }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    var transportSecurity: HTTP2ClientTransport.Posix.TransportSecurity {
        guard let tls else { return .plaintext }
        return .tls { config in
            if let roots = tls.rootsPath {
                config.trustRoots = .certificates([.file(path: roots, format: .pem)])
            }
            if let certificate = tls.certificatePath, let key = tls.privateKeyPath {
                config.certificateChain = [.file(path: certificate, format: .pem)]
                config.privateKey = .file(path: key, format: .pem)
            }
        }
    }

    /// How the connection is set up; pings find out about peers that vanish.
    func transportConfiguration(
        _ options: GRPCClientOptions
    ) -> HTTP2ClientTransport.Posix.Config {
        .defaults { config in
            config.http2.authority = authority
            config.http2.maxFrameSize = 1 << 20
            config.http2.targetWindowSize = 8 << 20
            config.backoff.initial = .milliseconds(200)
            config.backoff.max = .seconds(10)
            config.connection.keepalive = .init(
                time: .seconds(30),
                timeout: min(options.stallTimeout, .seconds(20)),
                allowWithoutCalls: false
            )
            config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
                channel.setOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 16 << 10,
                        initial: 64 << 10,
                        maximum: 128 << 10
                    )
                )
            }
        }
    }
}
