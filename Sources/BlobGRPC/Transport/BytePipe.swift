// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import Synchronization

/// Hands buffers from one task to another, in order; the sender waits while enough is on the way.
///
/// Either end can close it: the sender with or without an error, which the receiver gets after what
/// was sent before; the receiver at once.
final class BytePipe: Sendable {
    private struct State {
        var buffers = CircularBuffer<ByteBuffer>()
        var byteCount = 0
        var end: Result<Void, BlobError>?
        var isClosed = false
        var receiver: CheckedContinuation<Void, Never>?
        var sender: CheckedContinuation<Void, Never>?

        /// Takes the first buffer, or as much of it as there is room for.
        mutating func next(upTo room: Int = .max) -> ByteBuffer? {
            guard room > 0, var first = buffers.popFirst() else { return nil }
            let part = first.readSlice(length: min(room, first.readableBytes))
            if first.readableBytes > 0 { buffers.prepend(first) }
            byteCount -= part?.readableBytes ?? 0
            return part
        }

        /// Takes what there is, up to so many bytes.
        mutating func parts(upTo limit: Int) -> [ByteBuffer]? {
            var (parts, room): ([ByteBuffer], Int) = ([], limit)
            while let part = next(upTo: room) {
                room -= part.readableBytes
                parts.append(part)
            }
            return parts.isEmpty ? nil : parts
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// Creates a pipe with room for `limit` bytes, and one buffer more.
    init(limit: Int) { self.limit = limit }

    // MARK: the sender

    /// Hands on a buffer, and waits while there is no room for another one.
    ///
    /// - Throws: The code is `cancelled` if the receiver has gone.
    func send(_ buffer: ByteBuffer) async throws(BlobError) {
        let waker = state.withLock { state in
            if !state.isClosed {
                state.buffers.append(buffer)
                state.byteCount += buffer.readableBytes
            }
            return state.receiver.take()
        }
        waker?.resume()
        while try !hasRoom() {
            await wait(\.sender) { $0.byteCount >= self.limit && !$0.isClosed }
        }
    }

    private func hasRoom() throws(BlobError) -> Bool {
        try BlobError.checkCancellation()
        let (isClosed, byteCount) = state.withLock { ($0.isClosed, $0.byteCount) }
        if isClosed { throw BlobError(.cancelled, "nobody reads any more") }
        return byteCount < limit
    }

    /// Sends all of a body, and its error if it has one.
    func fill(from body: BlobBody) async {
        do throws(BlobError) {
            for try await piece in body { try await send(piece) }
            finish(.success(()))
        } catch {
            finish(.failure(error))
        }
    }

    /// Ends the stream.
    func finish(_ end: Result<Void, BlobError>) {
        let wakers = state.withLock { state in
            if state.end == nil { state.end = end }
            return [state.receiver.take(), state.sender.take()]
        }
        for waker in wakers { waker?.resume() }
    }

    // MARK: the receiver

    /// Returns the next buffer, or `nil` at the end.
    func receive() async throws(BlobError) -> ByteBuffer? { try await take { $0.next() } }

    /// Returns what has come, up to so many bytes, or `nil` at the end.
    func receive(upTo byteCount: Int) async throws(BlobError) -> [ByteBuffer]? {
        try await take { $0.parts(upTo: byteCount) }
    }

    private func take<Bytes>(
        _ next: (inout sending State) -> Bytes?
    ) async throws(BlobError) -> Bytes? {
        while true {
            try BlobError.checkCancellation()
            let (bytes, end, waker) = state.withLock { state in
                let bytes = next(&state)
                let waker = state.byteCount < limit ? state.sender.take() : nil
                return (bytes, state.end, waker)
            }
            waker?.resume()
            if let bytes { return bytes }
            if let end {
                try end.get()
                return nil
            }
            await wait(\.receiver) { $0.buffers.isEmpty && $0.end == nil }
        }
    }

    /// Gives up: what is on the way is dropped, and the sender finds out.
    func close() {
        let waker = state.withLock { state in
            state.isClosed = true
            state.buffers = []
            state.byteCount = 0
            return state.sender.take()
        }
        waker?.resume()
    }

    // MARK: waiting

    /// Waits to be woken as long as `mustWait` says so, or until the task is cancelled.
    private func wait(
        _ place: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable,
        while mustWait: @Sendable (borrowing State) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard mustWait(state), !Task.isCancelled else { return false }
                    state[keyPath: place] = continuation
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0[keyPath: place].take() }?.resume()
        }
    }
}
