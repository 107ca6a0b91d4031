// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore
import NIOHTTP1

/// Asks the services that give out credentials.
struct MetadataClient: Sendable {
    /// An answer, whatever its status is.
    struct Answer: Sendable {
        var status: UInt
        var body: ByteBuffer

        var text: String { String(buffer: body) }
    }

    /// The largest answer in bytes.
    private static let largest = 256 << 10

    private let connections: Connections

    init(_ connections: Connections) { self.connections = connections }

    /// Sends a request and reads the whole answer.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - url: The URL.
    ///   - headers: The headers.
    ///   - body: The body, if any.
    ///   - time: How long all of it may take.
    /// - Returns: The answer.
    /// - Throws: The code is `unavailable` if there is none.
    func ask(
        _ method: HTTPMethod,
        _ url: String,
        _ headers: HTTPHeaders = [:],
        body: String? = nil,
        within time: TimeAmount
    ) async throws(BlobError) -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        do {
            let response = try await connections.client.execute(request, timeout: time)
            let body = try await response.body.collect(upTo: Self.largest)
            return Answer(status: response.status.code, body: body)
        } catch {
            if Task.isCancelled { throw BlobError.cancellation }
            throw BlobError(.unavailable, "\(url): gives no credentials", cause: error)
        }
    }
}
