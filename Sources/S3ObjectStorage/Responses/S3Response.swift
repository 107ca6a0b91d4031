// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore
import NIOHTTP1

/// The head of an answer, and its body as it comes.
///
/// The connection is in use until the body has been read or all of this is released.
struct S3Response: Sendable {
    let status: UInt
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
    let permit: Gate.Permit

    init(_ response: HTTPClientResponse, _ permit: Gate.Permit) {
        status = response.status.code
        headers = response.headers
        body = response.body
        self.permit = permit
    }

    /// The value of a header that occurs once.
    func header(_ name: String) -> String? {
        let values = headers[name]
        return values.count == 1 ? values.first : nil
    }

    /// The version of the object.
    var entityTag: String? { header("ETag") }

    /// When the object was written, in seconds since 1970.
    var modificationTime: Int64? {
        header("Last-Modified").flatMap { CalendarTime(http: $0) }?.secondsSince1970
    }

    /// The number of bytes that are announced.
    var contentLength: UInt64? { header("Content-Length").flatMap { UInt64($0) } }
}

extension S3Client {
    /// Reads all of a body that has at most so many bytes.
    func collect(_ response: S3Response, upTo limit: Int) async throws(Problem) -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw .error(BlobError(.corrupt, "the answer has more than \(limit) bytes"))
        } catch {
            throw .error(failure(of: error))
        }
    }
}
