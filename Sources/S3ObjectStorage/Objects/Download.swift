// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import BlobStore
import NIOCore
import NIOHTTP1
import ObjectStorage
import Synchronization

/// A body whose bytes have not been read yet.
struct OpenBody: Sendable {
    let response: S3Response
    let part: Extent.Part

    init(_ response: S3Response, _ part: Extent.Part) {
        self.response = response
        self.part = part
    }
}

/// Reads a part of an object, and opens the rest of it anew whenever it breaks off.
final class Download: Sendable {
    /// Where reading is.
    private struct State {
        /// `nil` if the body has broken off or ended.
        var source: ResponseReader?
        /// Where the next byte that is wanted belongs.
        var position: UInt64
        /// Where the bytes belong that the answer still has.
        var coming: Range<UInt64>
        var backoff: Backoff
    }

    private let client: S3Client
    private let request: S3Request
    private let end: UInt64
    private let size: UInt64
    private let entityTag: String?
    /// `nil` while somebody reads, and after an error that is for good.
    private let state: Mutex<State?>

    init(_ client: S3Client, key: String?, _ body: OpenBody) {
        self.client = client
        request = S3Request("GetObject", .get, .GET, key)
        end = body.part.wanted.upperBound
        size = body.part.size
        entityTag = body.response.entityTag
        state = Mutex(
            State(
                source: body.part.wanted.isEmpty ? nil : ResponseReader(body.response),
                position: body.part.wanted.lowerBound,
                coming: body.part.coming,
                backoff: Backoff(client.settings.options.retryCount)
            )
        )
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        guard var state = state.withLock({ $0.take() }) else {
            throw BlobError(
                .refused,
                "\(client.name): a body is read by one task at once, and not after an error"
            )
        }
        let bytes = try await next(&state)
        self.state.withLock { [state] in $0 = state }
        return bytes
    }

    private func next(_ state: inout State) async throws(BlobError) -> ByteBuffer? {
        while state.position < end {
            do throws(Problem) {
                if let bytes = try await nextPiece(&state) { return bytes }
            } catch {
                state.source = nil
                let reason = client.described(error, of: request)
                try await state.backoff.wait(after: reason, isPassing: reason.code == .unavailable)
            }
        }
        state.source = nil
        return nil
    }

    /// Returns bytes if some of those that have come are wanted.
    private func nextPiece(_ state: inout State) async throws(Problem) -> ByteBuffer? {
        let source = try await source(&state)
        guard let bytes = try await source.next(client) else {
            throw .error(
                BlobError(
                    .unavailable,
                    "the body ended after \(state.coming.lowerBound) of \(size) bytes"
                )
            )
        }
        let start = state.coming.lowerBound
        guard bytes.readableBytes <= state.coming.count else {
            throw .error(BlobError(.corrupt, "more bytes come than were announced"))
        }
        state.coming = start + UInt64(bytes.readableBytes)..<state.coming.upperBound
        client.requests.countReceived(bytes.readableBytes)
        guard let wanted = bytes.part(state.position..<end, at: start) else { return nil }
        state.position += UInt64(wanted.readableBytes)
        state.backoff = Backoff(client.settings.options.retryCount)
        if state.position == end {
            // The connection can be used again when the end has been seen. What else is left of the
            // answer, if anything, is not wanted.
            if state.coming.isEmpty { _ = try? await source.next(client) }
            state.source = nil
        }
        return wanted
    }

    /// What is being read, opened again at the next byte if need be.
    private func source(_ state: inout State) async throws(Problem) -> ResponseReader {
        if let source = state.source { return source }
        let rest = Extent(state.position..<end)
        var request = request
        if let header = rest.header { request.headers.append(("Range", header)) }
        // A weak tag, as some proxies make it, matches nothing.
        if let entityTag, !entityTag.hasPrefix("W/") {
            request.headers.append(("If-Match", entityTag))
        }
        request.declining = [404, 412, 416]
        let answer: Answer<OpenBody>
        do throws(BlobError) {
            answer = try await client.perform(request, retryCount: 0) {
                (response) throws(Problem) in
                OpenBody(response, try rest.part(of: response))
            }
        } catch {
            throw .described(error)
        }
        guard case .value(let body) = answer, body.part.size == size,
            body.response.entityTag == entityTag
        else { throw .changed }
        let source = ResponseReader(body.response)
        state.source = source
        state.coming = body.part.coming
        return source
    }
}
