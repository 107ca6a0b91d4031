// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobFiles
import BlobStore
import Crypto
import Foundation
import NIOCore

/// The body of a request, which may be sent several times and is hashed once.
struct Payload: Sendable {
    static let empty = Payload([])

    /// How many bytes are handed to the connection at once.
    private static let pieceByteCount = 256 << 10
    /// The largest payload in bytes that is hashed on the thread of whoever sends it.
    private static let largestInPlace = 256 << 10
    /// The header with the hash that servers check, and keep with an object.
    static let checksumHeader = "x-amz-checksum-sha256"

    let byteCount: Int
    /// The SHA-256 as hexadecimal digits.
    let hash: String
    /// The same in Base64.
    let checksum: String
    private let pieces: [ByteBuffer]

    /// Hashes bytes, which takes a second for each 1 or 2 GB.
    init(_ pieces: [ByteBuffer]) {
        self.pieces = pieces
        byteCount = pieces.reduce(0) { $0 + $1.readableBytes }
        var hasher = SHA256()
        for piece in pieces {
            unsafe piece.withUnsafeReadableBytes { unsafe hasher.update(bufferPointer: $0) }
        }
        let digest = hasher.finalize()
        hash = digest.hexadecimal
        checksum = Data(digest).base64EncodedString()
    }

    /// Hashes bytes, on a thread for what computes for long if they are many.
    static func hashing(_ pieces: [ByteBuffer]) async throws(BlobError) -> Payload {
        let byteCount = pieces.reduce(0) { $0 + $1.readableBytes }
        guard byteCount > largestInPlace else { return Payload(pieces) }
        return try await Workers.run { () throws(BlobError) in Payload(pieces) }
    }

    /// The MD5 in Base64, which servers want for lists of keys to delete.
    var md5: String {
        var hasher = Insecure.MD5()
        for piece in pieces {
            unsafe piece.withUnsafeReadableBytes { unsafe hasher.update(bufferPointer: $0) }
        }
        return Data(hasher.finalize()).base64EncodedString()
    }

    /// The body; it notes when the connection asks for more.
    func body(noting activity: Activity) -> HTTPClientRequest.Body {
        .stream(
            PieceSequence(pieces: pieces, pieceByteCount: Self.pieceByteCount, activity: activity),
            length: .known(Int64(byteCount))
        )
    }
}

/// Cuts buffers into pieces that can be sent.
private struct PieceSequence: AsyncSequence, Sendable {
    let pieces: [ByteBuffer]
    let pieceByteCount: Int
    let activity: Activity

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ArraySlice<ByteBuffer>
        let pieceByteCount: Int
        let activity: Activity

        mutating func next() async -> ByteBuffer? {
            activity.note()
            while var buffer = rest.popFirst() {
                guard buffer.readableBytes > 0 else { continue }
                let count = Swift.min(buffer.readableBytes, pieceByteCount)
                let piece = buffer.readSlice(length: count)
                if buffer.readableBytes > 0 { rest = [buffer] + rest }
                return piece
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: pieces[...], pieceByteCount: pieceByteCount, activity: activity)
    }
}
