// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore

/// Content that a server sends.
///
/// The call ends when the last reference goes.
final class IncomingContent: Sendable {
    let pipe: BytePipe
    let ending = Signal()
    private let connection: Activity

    init(readAhead: Int, on connection: Activity) {
        pipe = BytePipe(limit: readAhead)
        self.connection = connection
    }

    /// Returns the next bytes, or `nil` at the end.
    func next() async throws(BlobError) -> ByteBuffer? {
        Activity.current?.follow(connection)
        return try await pipe.receive()
    }

    deinit {
        pipe.close()
        ending.fire()
    }
}

/// Content that is sent to a server, which answers at its end.
final class OutgoingContent<Answer: Sendable>: Sendable {
    let pipe: BytePipe
    let ending = Signal()
    let answer = Completion<Answer, BlobError>()

    init(sendAhead: Int) { pipe = BytePipe(limit: sendAhead) }

    /// Sends bytes, and waits while enough is on the way.
    func send(_ bytes: ByteBuffer) async throws(BlobError) {
        do throws(BlobError) {
            try await pipe.send(bytes)
        } catch {
            // If the server has ended the call, it has said why.
            switch answer.current {
            case .failure(let reason): throw reason
            case .success:
                throw BlobError(.unavailable, "the server has answered before everything was sent")
            case nil: throw error
            }
        }
    }

    /// Ends the content and returns what the server answers.
    func finish() async throws(BlobError) -> Answer {
        pipe.finish(.success(()))
        guard let answer = await answer.wait() else { throw BlobError.cancellation }
        return try answer.get()
    }

    /// Takes everything back.
    func abort() {
        pipe.finish(.failure(BlobError(.cancelled, "the upload has been given up")))
        ending.fire()
    }

    deinit { abort() }
}
