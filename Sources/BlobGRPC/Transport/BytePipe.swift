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
        var buffers: [ByteBuffer] = []
        var taken = 0
        var byteCount = 0
        var end: Result<Void, BlobError>?
        var isClosed = false
        var receiver: CheckedContinuation<Void, Never>?
        var sender: CheckedContinuation<Void, Never>?

        mutating func next() -> ByteBuffer? {
            guard taken < buffers.count else { return nil }
            let buffer = buffers[taken]
            taken += 1
            if taken == buffers.count {
                buffers.removeAll(keepingCapacity: true)
                taken = 0
            }
            byteCount -= buffer.readableBytes
            return buffer
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
    func receive() async throws(BlobError) -> ByteBuffer? {
        while true {
            try BlobError.checkCancellation()
            let (buffer, end, waker) = state.withLock { state in
                let buffer = state.next()
                let waker = state.byteCount < limit ? state.sender.take() : nil
                return (buffer, state.end, waker)
            }
            waker?.resume()
            if let buffer { return buffer }
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
            (state.taken, state.byteCount) = (0, 0)
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
