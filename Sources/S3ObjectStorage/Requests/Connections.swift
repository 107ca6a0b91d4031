// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore
import NIOSSL

/// Owns the connections, and closes them when the last reference goes.
///
/// An open body holds one.
final class Connections: Sendable {
    let client: HTTPClient

    init(_ options: S3Options) throws(BlobError) {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(options.connectTimeout)
        configuration.timeout.read = TimeAmount(options.stallTimeout)
        // A few more than are in use: one that is being closed still counts.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            options.concurrency + 8
        // Servers close idle connections after 20 s or later; a request on one that is just being closed
        // has to be sent again.
        configuration.connectionPool.idleTimeout = .seconds(15)
        // Tries are counted in one place.
        configuration.connectionPool.retryConnectionEstablishment = false
        let roots =
            options.certificateAuthorityPath ?? options.environment.variable("AWS_CA_BUNDLE")
        if let path = roots {
            configuration.tlsConfiguration = try Self.tls(trusting: path)
        }
        client = HTTPClient(configuration: configuration)
    }

    private static func tls(trusting path: String) throws(BlobError) -> TLSConfiguration {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw BlobError(
                .refused,
                "\(path): has no certificates in PEM form in it",
                cause: error
            )
        }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(certificates)
        return tls
    }

    /// Closes all connections, also those that are in use, and waits until they are.
    func shutDown() async {
        await withCheckedContinuation { continuation in
            // The one error that there can be says that somebody has done it before.
            client.shutdown { _ in continuation.resume() }
        }
    }

    deinit {
        // The client holds itself until it is done. On its way it waits for nobody and blocks no thread.
        client.shutdown { _ in }
    }
}
