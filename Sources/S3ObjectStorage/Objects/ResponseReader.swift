// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore

/// Reads the body of a response, for one task at once; releasing it closes the connection, unless all of
/// the body has been read.
actor ResponseReader {
    private var iterator: HTTPClientResponse.Body.AsyncIterator
    private let permit: Gate.Permit

    init(_ response: S3Response) {
        iterator = response.body.makeAsyncIterator()
        permit = response.permit
    }

    /// Returns the next bytes, or `nil` at the end.
    func next(_ client: S3Client) async throws(Problem) -> ByteBuffer? {
        var iterator = iterator
        defer { self.iterator = iterator }
        do {
            return try await iterator.next(isolation: self)
        } catch {
            throw .error(client.failure(of: error))
        }
    }
}
