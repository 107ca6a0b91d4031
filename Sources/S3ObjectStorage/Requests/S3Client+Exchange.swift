// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore
import NIOSSL
import ObjectStorage

extension S3Client {
    /// Sends a signed request and waits for the head of the answer.
    func exchange(
        _ request: S3Request,
        _ signed: SignedRequest,
        _ permit: Gate.Permit
    ) async throws(Problem) -> S3Response {
        var message = HTTPClientRequest(url: signed.url)
        message.method = request.method
        message.headers = signed.headers
        if request.hasContent { requests.countSent(request.payload.byteCount) }
        do {
            return S3Response(try await send(message, request.payload), permit)
        } catch {
            throw .error(failure(of: error))
        }
    }

    /// Without a limit on the whole time: that of a large object is not known.
    private func send(
        _ message: HTTPClientRequest,
        _ payload: Payload
    ) async throws -> HTTPClientResponse {
        let client = connections.client
        guard payload.byteCount > 0 else {
            return try await client.execute(message, deadline: .distantFuture)
        }
        // The timeout of the client does not cover a server that takes nothing more.
        let activity = Activity()
        let timeout = settings.options.stallTimeout
        var message = message
        message.body = payload.body(noting: activity)
        return try await withThrowingTaskGroup(of: HTTPClientResponse.self) { [message] group in
            defer { group.cancelAll() }
            group.addTask { try await client.execute(message, deadline: .distantFuture) }
            group.addTask {
                try await activity.waitForSilence(of: timeout)
                throw HTTPClientError.writeTimeout
            }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private static func isAboutTrust(_ error: any Error) -> Bool {
        error is NIOSSLExtraError
            || error is NIOSSLError && "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }

    /// What it means that there was no answer, or no whole one.
    func failure(of error: any Error) -> BlobError {
        if Task.isCancelled { return BlobError.cancellation }
        let server = settings.location(of: nil, in: region).url
        switch error as? HTTPClientError {
        case .alreadyShutdown, .cancelled:
            return BlobError(.refused, "the storage has been shut down")
        case .connectTimeout:
            return BlobError(
                .unavailable,
                "no connection to \(server) for \(settings.options.connectTimeout)"
            )
        case .readTimeout, .writeTimeout:
            return BlobError(
                .unavailable,
                "no sign of \(server) for \(settings.options.stallTimeout)"
            )
        case _ where Self.isAboutTrust(error):
            return BlobError(
                .refused,
                """
                the certificate of \(server) is not to be trusted; if it should be, name its issuer by \
                aws_ca_file
                """,
                cause: error
            )
        default: return BlobError(.unavailable, "\(server): the connection failed", cause: error)
        }
    }
}
