// SPDX-License-Identifier: Apache-2.0
import BlobStore
import Foundation
import NIOCore
import XMLCoder

/// Reads answers that are XML.
enum XMLAnswer {
    /// The largest answer in bytes: a page of a thousand objects has a tenth of it.
    static let largest = 8 << 20

    /// Decodes an answer.
    ///
    /// - Parameters:
    ///   - type: What it is decoded as.
    ///   - root: What the name of its root has to begin with: a page of another kind must not pass for
    ///     an answer without content. Not all servers call it by its whole name.
    ///   - bytes: The answer, which may begin with spaces that a server sends while it works.
    ///   - place: Where it comes from, for errors.
    /// - Returns: What is in it.
    /// - Throws: The code is `corrupt`.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        root: String,
        _ bytes: ByteBuffer,
        from place: String
    ) throws(BlobError) -> Value {
        let text = trimmed(bytes)
        guard XMLShape(of: text)?.root.hasPrefix(root) == true else {
            throw BlobError(.corrupt, "\(place): answers with something else than \(root)")
        }
        do {
            return try XMLDecoder().decode(type, from: Data(text))
        } catch {
            throw BlobError(.corrupt, "\(place): answers with a broken \(root)", cause: error)
        }
    }

    /// The bytes without the spaces before them.
    static func trimmed(_ bytes: ByteBuffer) -> [UInt8] {
        Array(bytes.readableBytesView.drop { " \t\r\n".utf8.contains($0) })
    }
}

extension S3Client {
    /// Reads an answer that is XML.
    func decode<Value: Decodable>(
        _ type: Value.Type,
        root: String,
        _ response: S3Response
    ) async throws(Problem) -> Value {
        let bytes = try await collect(response, upTo: XMLAnswer.largest)
        // Some operations begin to answer before they know how they end.
        if let document = ErrorDocument(bytes) {
            throw .answer(S3Failure(document, response))
        }
        do throws(BlobError) {
            return try XMLAnswer.decode(type, root: root, bytes, from: "the server")
        } catch {
            throw .error(error)
        }
    }
}
